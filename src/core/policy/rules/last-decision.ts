import type { PodFacts } from '../../usage/reading.ts';
import { exposedPods, isBelow } from '../canary.ts';
import { POLICY } from '../constants.ts';
import type { Context, Draft, Rule } from '../context.ts';
import { move, remark } from '../context.ts';
import { formatResource, isSame, kindOf, RESOURCE_NAMES, valueOf, withValue } from '../resources.ts';

const isYoung = ({ now, settlingMs }: Context, pod: PodFacts): boolean =>
  !pod.ready || pod.startedAtMs === null || now - pod.startedAtMs < settlingMs;

/** A limit is not pulled from under a pod that is starting, nor under the memory that is in use. */
function leastLimit(
  context: Context,
  name: (typeof RESOURCE_NAMES)[number],
  strays: readonly PodFacts[],
): number {
  if (!kindOf(name).isLimit) return 0;
  const young = strays.filter((pod) => isYoung(context, pod)).map((pod) => valueOf(pod.desired, name) ?? 0);
  const inUse = name === 'memory-limit' ? (context.signals.lastMemoryBytes ?? 0) : 0;
  return Math.max(0, ...young, Math.ceil(inUse * POLICY.memoryLimitMargin));
}

function raiseLimits(context: Context, draft: Draft, strays: readonly PodFacts[]): Draft {
  return RESOURCE_NAMES.reduce((next, name) => {
    const least = leastLimit(context, name, strays);
    if ((valueOf(next.target, name) ?? Infinity) >= least) return next;
    const why = `a pod of ${formatResource(name, least)} is starting, or as much is in use`;
    return move(next, 'last-decision', name, least, why);
  }, draft);
}

/**
 * Pods that differ from the last decision, because they are new or somebody changed them, are brought to it. Growth is
 * at once; a pod that would only shrink is left to start first.
 */
export const lastDecision: Rule = (context, draft) => {
  const { live, state, settings } = context;
  if (settings.mode !== 'apply' || state.applied === null) return draft;
  const exposed = exposedPods(live.pods, state.canary, context.base);
  const strays = exposed.filter((pod) => !isSame(pod.desired, context.base));
  if (strays.length === 0) return draft;
  const raised = raiseLimits(context, draft, strays);
  const names = strays.map((pod) => pod.pod).join(', ');
  const waits = strays.every((pod) => isYoung(context, pod) && !isBelow(pod.desired, raised.target));
  if (waits)
    return remark(draft, 'last-decision', null, `${names} is larger than decided, and is left to start`);
  const first = strays[0]?.desired ?? context.base;
  const named = RESOURCE_NAMES.filter((name) => valueOf(first, name) !== valueOf(raised.target, name));
  return named.reduce((next, name) => {
    const after = valueOf(next.target, name);
    const before = valueOf(first, name);
    if (after === null || before === null) return next;
    const from = { ...next, target: withValue(next.target, name, before) };
    return move(from, 'last-decision', name, after, `${names} is brought to the last decision`);
  }, raised);
};
