import type { PodFacts } from '../../usage/reading.ts';
import { POLICY } from '../constants.ts';
import type { Context, Draft, Rule } from '../context.ts';
import { move } from '../context.ts';
import { formatCpuCores } from '../../units/quantity.ts';

const round = (value: number): number => Number(value.toPrecision(3));

/** The limit under which the throttling was seen: the smallest in force, since a pending resize changes nothing yet. */
export function throttlingLimit({ live, base }: Context): number | null {
  const inForce = live.pods
    .map(({ inForce: { cpuLimitCores: now }, desired }: PodFacts) => now ?? desired.cpuLimitCores)
    .filter((limit) => limit !== null);
  return inForce.length > 0 ? Math.min(...inForce) : base.cpuLimitCores;
}

/** Cores one pod needs for the calls known now: those starting, and those in flight worked off in 30 s. */
export function demandOfCalls({ signals, state, live }: Context): number {
  const cost = state.cpuSecondsPerCall ?? 0;
  const cores =
    (signals.callsStartedPerSecond ?? 0) * cost + ((signals.callsInFlight ?? 0) * cost) / POLICY.drainSeconds;
  // Calls are counted for the function, limits are a pod's.
  return (POLICY.demandMargin * cores) / Math.max(1, live.pods.filter((pod) => pod.ready).length);
}

/** Stretch that is to be answered, or null. Throttling read before the last application was answered by it. */
export function unansweredStretch({ signals, isFresh }: Context): number | null {
  if (!isFresh || signals.stretch === null || signals.stretch < POLICY.stretch) return null;
  return signals.throttledPeriods < POLICY.throttledPeriods ? null : signals.stretch;
}

/** Raises the CPU limit; a target already there stays. */
export function rescueTo(draft: Draft, rule: string, cores: number, why: string): Draft {
  const current = draft.target.cpuLimitCores;
  if (current === null || cores <= current) return draft;
  return { ...move(draft, rule, 'cpu-limit', cores, why), rescued: true };
}

/**
 * Work is slowed by the CPU limit: 1 + stretch is the slowdown, so limit × (1 + stretch) is where it would not be.
 * The user's original counts as a floor, and so do a whole thread and the calls known now.
 */
export const rescueThrottling: Rule = (context, draft) => {
  const limit = throttlingLimit(context);
  const stretch = unansweredStretch(context);
  if (context.settings.cpuLimit !== 'keep' || limit === null || stretch === null) return draft;
  const factor = Math.max(POLICY.rescueFactor, POLICY.slowdownMargin * (1 + stretch));
  const demand = demandOfCalls(context);
  const least = Math.max(context.state.original.cpuLimitCores ?? 0, POLICY.threadCores);
  const cores = Math.max(limit * factor, least, demand);
  const calls =
    demand > Math.max(limit * factor, least)
      ? `, and the calls known now need ${formatCpuCores(demand)}`
      : '';
  const slow = `work takes ${round(1 + stretch)} times as long under a CPU limit of ${formatCpuCores(limit)}`;
  return rescueTo(draft, 'rescue-throttling', cores, `${slow}${calls}`);
};
