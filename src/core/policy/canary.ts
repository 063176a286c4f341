import type { PodFacts, Resources } from '../usage/reading.ts';
import { POLICY } from './constants.ts';
import { RESOURCE_NAMES, valueOf, withValue } from './resources.ts';
import { secondsOf, unixMsOf } from './state-time.ts';
import type { FunctionState } from './state.ts';

/** The one pod that tries a shrink before the others get it; null while none does. */
export type Canary = FunctionState['canary'];

/** Who accepts shorter evidence accepts a shorter trial. */
export function trialMsOf(evidenceMs: number): number {
  return Math.min(POLICY.canaryMs, evidenceMs);
}

export const isBelow = (have: Resources, want: Resources): boolean =>
  RESOURCE_NAMES.some((name) => (valueOf(have, name) ?? Infinity) < (valueOf(want, name) ?? -Infinity));

/** The first ready pod by name, so that everybody chooses the same. */
function choosePod(pods: readonly PodFacts[]): PodFacts | undefined {
  const ready = pods.filter((pod) => pod.ready);
  return [...(ready.length > 0 ? ready : pods)].sort((left, right) => (left.pod < right.pod ? -1 : 1))[0];
}

/** The trial that a shrink of several pods begins with; null for a single pod, which has nobody to try for it. */
export function newCanary(
  pods: readonly PodFacts[],
  state: Pick<FunctionState, 'firstSeenAt'>,
  untilMs: number,
): Canary {
  const chosen = pods.length > 1 ? choosePod(pods) : undefined;
  return chosen === undefined ? null : { pod: chosen.pod, until: secondsOf(state, untilMs) };
}

/** Time left of the trial at `now`, ms; 0 where none runs. */
export function trialLeftMs(state: FunctionState, now: number): number {
  return state.canary === null ? 0 : Math.max(0, unixMsOf(state, state.canary.until) - now);
}

/**
 * The trial as it stands at `now`: over once its time is up, or where only one pod is left. Where the pod is gone another
 * takes over for the rest of the time, so that a function whose pods come and go shrinks at last.
 */
export function canaryAt(state: FunctionState, pods: readonly PodFacts[], now: number): Canary {
  const { canary } = state;
  if (canary === null || trialLeftMs(state, now) === 0) return null;
  if (pods.length === 0 || (pods.length > 1 && pods.some(({ pod }) => pod === canary.pod))) return canary;
  const next = pods.length > 1 ? choosePod(pods) : undefined;
  return next === undefined ? null : { ...canary, pod: next.pod };
}

/** The pods to be brought to `to`: all, or during a trial the canary and whatever is below it in anything. */
export function exposedPods(pods: readonly PodFacts[], canary: Canary, to: Resources): readonly PodFacts[] {
  if (canary === null) return pods;
  return pods.filter(({ pod, desired }) => pod === canary.pod || isBelow(desired, to));
}

/** `target`, raised to what the pods beside the canary have. */
export function withOthers(target: Resources, pods: readonly PodFacts[], canary: Canary): Resources {
  if (canary === null) return target;
  const others = pods.filter(({ pod }) => pod !== canary.pod);
  return RESOURCE_NAMES.reduce((next, name) => {
    const value = valueOf(next, name);
    const most = Math.max(...others.map(({ desired }) => valueOf(desired, name) ?? -Infinity));
    return value === null || most <= value ? next : withValue(next, name, most);
  }, target);
}
