import type { Decision } from '../../messages/decision.ts';
import { type ArmedShrink, armedShrink } from '../armed.ts';
import { POLICY } from '../constants.ts';
import type { Context, Draft, Rule } from '../context.ts';
import { move, remark } from '../context.ts';
import { ages } from '../maxima.ts';
import { nextQuarantine, quarantined, quarantineOf, rolledBackAtMs } from '../quarantine.ts';
import { changedWith, kindOf, RESOURCE_NAMES, type ResourceName, valueOf } from '../resources.ts';
import { breachOfBudget } from './rescue-latency.ts';
import { unansweredStretch } from './rescue-throttling.ts';

/** Something that went wrong, and the resources whose shrink may be why. */
interface Failure {
  readonly atMs: number;
  readonly about: readonly ResourceName[];
  readonly what: string;
  /** Limit of memory at which it happened; null where that says nothing. */
  readonly memoryLimitBytes: number | null;
}

const MEMORY = RESOURCE_NAMES.filter((name) => kindOf(name).metric === 'memory');

/** Less memory requested also makes the pod the first that a full node kills, so the request counts, too. */
function outOfMemory({ signals }: Context): Failure | null {
  const kill = signals.oomKills.at(-1);
  if (kill === undefined) return null;
  const { atMs, memoryLimitBytes } = kill;
  return { atMs, about: MEMORY, what: 'it was killed for want of memory', memoryLimitBytes };
}

/** A kill for want of memory restarts the container as well, after a back-off: that says nothing about CPU. */
function restarted(context: Context): Failure | null {
  const { restartedAtMs, oomKills } = context.signals;
  if (restartedAtMs === null) return null;
  const isKill = oomKills.some(({ atMs }) => Math.abs(restartedAtMs - atMs) <= POLICY.restartAfterKillMs);
  if (isKill) return null;
  const failure = { atMs: restartedAtMs, memoryLimitBytes: null };
  if (!wasStopped(context, restartedAtMs)) {
    return { ...failure, about: RESOURCE_NAMES, what: 'its container was restarted' };
  }
  const about = RESOURCE_NAMES.filter(
    (name) =>
      changedWith(context.qosClass, name).includes('cpu-request') ||
      (name === 'cpu-limit' && mayThrottle(context)),
  );
  return { ...failure, about, what: 'its container was stopped and restarted, as at failed probes' };
}

/** Exit codes of a process that was told to stop: that ended in order, by SIGTERM, or by SIGKILL for taking too long. */
const STOPPED: readonly number[] = [0, 143, 137];

/** Whether the restart at that time followed a stop from outside; false where how the container ended is not known. */
function wasStopped({ live }: Context, restartedAtMs: number): boolean {
  const ends = live.pods.flatMap(({ lastTermination }) => {
    const age = restartedAtMs - (lastTermination?.atMs ?? NaN);
    return lastTermination && age >= 0 && age <= POLICY.restartAfterKillMs ? [lastTermination] : [];
  });
  return ends.length > 0 && ends.every(({ exitCode }) => STOPPED.includes(exitCode));
}

/** False only where the last minute is known and shows no throttling. */
function mayThrottle({ signals }: Context): boolean {
  return signals.stretch === null || signals.stretch >= POLICY.stretch || signals.notReadyThrottled;
}

/** Slow calls alone may be a neighbour's or a database's doing; only throttling is the limit's. */
function throttled(context: Context): Failure | null {
  const stretch = unansweredStretch(context);
  if (stretch === null) return null;
  if (context.settings.cpuLimit === 'latency' && breachOfBudget(context) === null) return null;
  const what = `throttling makes work take ${Number((1 + stretch).toPrecision(3))} times as long`;
  return { atMs: context.forecast.at, about: ['cpu-limit'], what, memoryLimitBytes: null };
}

/** A shrink that waits for the kubelet has harmed nobody yet, nor has one of the limit above which a kill took place. */
function isToBlame(
  { live, state }: Context,
  resource: ResourceName,
  { was, atMs }: ArmedShrink,
  failure: Failure,
): boolean {
  const answeredMs = rolledBackAtMs(state, resource) ?? -Infinity;
  if (!failure.about.includes(resource) || failure.atMs <= Math.max(atMs, answeredMs)) return false;
  if (resource === 'memory-limit' && (failure.memoryLimitBytes ?? 0) >= was) return false;
  return live.pods.some(({ inForce, desired }) => {
    const value = valueOf(inForce, resource) ?? valueOf(desired, resource);
    return value !== null && value < was;
  });
}

interface Undoing {
  readonly resource: ResourceName;
  readonly shrink: ArmedShrink;
  readonly failure: Failure;
}

function undoings(context: Context): readonly Undoing[] {
  const failures = [outOfMemory(context), throttled(context), restarted(context)].filter(
    (failure) => failure !== null,
  );
  return RESOURCE_NAMES.flatMap((resource) => {
    if (resource === 'cpu-limit' && context.settings.cpuLimit === 'none') return [];
    const shrink = armedShrink(context.state, resource);
    if (shrink === null) return [];
    const failure = failures.find((candidate) => isToBlame(context, resource, shrink, candidate));
    return failure === undefined ? [] : [{ resource, shrink, failure }];
  });
}

function undo(context: Context, draft: Draft, { resource, shrink, failure }: Undoing): Draft {
  const { base, state, now } = context;
  const [current, target] = [valueOf(base, resource), valueOf(draft.target, resource)];
  if (current === null || target === null) return draft;
  const { untilMs } = quarantineOf(state, resource, now) ?? nextQuarantine(state, resource, now);
  const why = `rolled back, since ${failure.what} after it was lowered ${ages(now - shrink.atMs)} ago; it will not shrink for ${ages(untilMs - now)}`;
  const wanted = Math.max(shrink.was, current * POLICY.rollbackFactor);
  if (wanted > target) return move(draft, ROLLBACK, resource, wanted, why);
  return remark(draft, ROLLBACK, resource, why);
}

const ROLLBACK = 'rollback';

/**
 * A failure after a shrink undoes it: elementwise the larger of what was there before and 1.2 × what is there now, so a
 * function that starves never gets less. The rules before it may have raised more, which stays. What is rolled back
 * goes into quarantine. What the cluster or a maximum keeps from growing that far stays armed (`rearmed`), so that the
 * next failure gives it the rest once there is room.
 *
 * Out of memory is about memory, throttling about the CPU limit, a crash about everything that shrank. A container that
 * was told to stop failed its probes: it was too slow, which memory does not explain (want of it kills or crashes), nor a
 * CPU limit that did not throttle. A smaller CPU
 * *request* has no throttling of its own: throttled periods come from the limit, and blaming the request for them would
 * be a false revert. What it can cause is starvation on a busy node, where each pod still gets its share by request;
 * evidence keeps that above all that was used in eight days, new demand raises it within a sizing period, and a pod
 * that starves nevertheless fails its liveness probes, which is a restart. Waiting for a CPU that others have is not
 * counted by cgroup v1, and use below the request on a slow node is the neighbour's doing.
 */
export const rollback: Rule = (context, draft) => {
  const all = undoings(context);
  if (all.length === 0) return draft;
  const resources = all.map(({ resource }) => resource);
  const undone = all.reduce((next, undoing) => undo(context, next, undoing), draft);
  const { state, now } = context;
  // One that could not be undone in full fails again: that is still the same rollback.
  const begun = resources.filter((resource) => quarantineOf(state, resource, now) === null);
  const remember = { ...undone.remember, quarantine: quarantined(state, begun, now) };
  return { ...undone, remember, rescued: true };
};

/** The resources that a decision rolls back; empty for any other decision. */
export function rolledBack({ steps }: Pick<Decision, 'steps'>): ResourceName[] {
  const resources = steps.filter(({ rule }) => rule === ROLLBACK).map(({ resource }) => resource);
  return resources.filter((resource) => resource !== null);
}
