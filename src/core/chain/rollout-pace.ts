import type { Decision } from '../messages/decision.ts';
import { ages } from '../policy/maxima.ts';
import { isSame, RESOURCE_NAMES, valueOf, withValue } from '../policy/resources.ts';
import { unixMsOf } from '../policy/state-time.ts';
import type { FunctionState } from '../policy/state.ts';
import type { Resources } from '../usage/reading.ts';
import type { LiveFunction } from './ports.ts';
import { withoutApplication } from './without-application.ts';

export interface Paced {
  readonly decision: Decision;
  readonly state: FunctionState | undefined;
}

export interface ToBePaced extends Paced {
  readonly target: LiveFunction;
  readonly before: FunctionState | undefined;
  readonly now: number;
}

/** Between two rollouts of one function. */
const PERIOD_MS = 24 * 60 * 60_000;
/** Of what is reserved of CPU or memory, for a rollout that nothing but a saving speaks for. */
const LEAST_SAVING = 0.2;

/**
 * A decision as it may be rolled out, where each change replaces all of a function's pods: what rescue raised, and else
 * only savings of a fifth or more; once a day, but for the rescue from a shrink of that day. What is not rolled out is
 * held, and not remembered as done. When a function last changed is in its state (`changed`, which survives a deploy),
 * so that neither a restart nor another controller begins a new day.
 */
export function atRolloutPace(one: ToBePaced): Paced {
  const { decision, state, target, before } = one;
  if (decision.action !== 'resize' || decision.to === null) return { decision, state };
  const isRescue = decision.path === 'rescue';
  const to = isRescue ? decision.to : withoutGrowth(target.template, decision.to);
  // What the template has already is only on its way to the pods.
  const reason =
    isSame(to, decision.to) && isSame(to, target.template) ? null : heldBecause(one, to, isRescue);
  if (reason !== null) {
    const held = {
      ...decision,
      action: 'hold' as const,
      reason: `Not rolled out: ${reason}; ${decision.reason}`,
    };
    return { decision: held, state: withoutApplication(state, before) };
  }
  if (isSame(to, decision.to)) return { decision, state };
  return { decision: { ...decision, to }, state: state && { ...state, applied: to } };
}

function heldBecause({ target, before, now }: ToBePaced, to: Resources, isRescue: boolean): string | null {
  if (!isRescue) {
    const saved = saving(target.template, to);
    if (saved < LEAST_SAVING)
      return `it would save ${Math.floor(100 * saved)} % of what is reserved, and a rollout takes 20 %, or a rescue`;
  }
  const last = lastChange(before);
  if (last === null || now - last.atMs >= PERIOD_MS || (isRescue && last.isShrink)) return null;
  return `its last rollout was ${ages(now - last.atMs)} ago, and there is one a day`;
}

/** What would grow stays as the template has it. */
function withoutGrowth(template: Resources, to: Resources): Resources {
  return RESOURCE_NAMES.reduce((next, name) => {
    const [have, want] = [valueOf(template, name), valueOf(to, name)];
    return have !== null && want !== null && want > have ? withValue(next, name, have) : next;
  }, to);
}

/** The larger share by which CPU or memory that is reserved falls: its request, or its limit without one. */
function saving(from: Resources, to: Resources): number {
  return Math.max(
    0,
    share(from.cpuRequestCores ?? from.cpuLimitCores, to.cpuRequestCores ?? to.cpuLimitCores),
    share(from.memoryRequestBytes ?? from.memoryLimitBytes, to.memoryRequestBytes ?? to.memoryLimitBytes),
  );
}

const share = (from: number | null, to: number | null): number =>
  from === null || to === null || from <= 0 ? 0 : (from - to) / from;

function lastChange(
  state: FunctionState | undefined,
): { readonly atMs: number; readonly isShrink: boolean } | null {
  const seconds = (state?.changed ?? []).filter((value) => value !== null);
  if (state === undefined || seconds.length === 0) return null;
  const last = Math.max(...seconds);
  return { atMs: unixMsOf(state, last), isShrink: state.shrunk === last };
}
