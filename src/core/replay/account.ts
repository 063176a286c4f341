import type { SizedSeries } from './sized-series.ts';
import type { Timing } from './timing.ts';

const HOUR_MS = 3_600_000;

/** Use above the allocation by less than this share of it is rounding, not want. */
export const ROUNDING = 1e-9;

/** Sums over judged steps, so that control phases and functions can be added up. */
export interface Tally {
  /** Steps with a sample and an allocation. */
  readonly steps: number;
  /** Steps with a sample before there was any allocation: judged by nothing else. */
  readonly unsized: number;
  /** Steps whose use was above the allocation, or censored. */
  readonly short: number;
  readonly censored: number;
  /** Steps whose use was above the allocation, and their relative excess, use ÷ allocation − 1. */
  readonly exceeded: number;
  readonly excess: number;
  readonly worstExcess: number;
  readonly allocated: number;
  readonly used: number;
  readonly resizes: number;
  readonly hours: number;
}

/** What became of a resource under one way of sizing it. Null where there is nothing to say it of. */
export interface Outcome {
  readonly steps: number;
  readonly unsized: number;
  /** Share of the steps that were short, and the share that was censored: short whatever is allocated. */
  readonly short: number | null;
  readonly censored: number | null;
  /** Mean and worst of use ÷ allocation − 1, where use was above the allocation. */
  readonly depth: number | null;
  readonly worstDepth: number | null;
  /** Sum of the allocation ÷ sum of the use. */
  readonly allocationOverUse: number | null;
  readonly resizesPerHour: number | null;
}

const NOTHING: Tally = {
  steps: 0,
  unsized: 0,
  short: 0,
  censored: 0,
  exceeded: 0,
  excess: 0,
  worstExcess: 0,
  allocated: 0,
  used: 0,
  resizes: 0,
  hours: 0,
};

/** How an allocation, one value a step, did on [from, to). Gaps count as nothing. */
export function tally(series: SizedSeries, allocation: Float64Array, timing: Timing): Tally {
  const { from, to } = timing;
  const sums = { ...NOTHING, hours: ((to - from) * series.stepMs) / HOUR_MS };
  for (let step = from; step < to; step++) {
    const [use, allocated] = [series.use[step] ?? NaN, allocation[step] ?? NaN];
    const before = step === from ? NaN : (allocation[step - 1] ?? NaN);
    // NaN differs from itself: the first allocation is no resize.
    if (!Number.isNaN(before) && allocated !== before) sums.resizes++;
    if (Number.isNaN(use)) continue;
    if (Number.isNaN(allocated)) {
      sums.unsized++;
      continue;
    }
    sums.steps++;
    sums.used += use;
    sums.allocated += allocated;
    const isCensored = series.censored[step] === 1;
    const isExceeded = use > allocated * (1 + ROUNDING);
    if (isCensored) sums.censored++;
    if (isCensored || isExceeded) sums.short++;
    // Use of something for which nothing was allocated has no relative depth.
    if (!isExceeded || allocated === 0) continue;
    const excess = use / allocated - 1;
    sums.exceeded++;
    sums.excess += excess;
    sums.worstExcess = Math.max(sums.worstExcess, excess);
  }
  return sums;
}

/** All in one: steps are added, so each phase weighs as much as its steps. */
export function addTallies(tallies: readonly Tally[]): Tally {
  return tallies.reduce(
    (sum, next) => ({
      steps: sum.steps + next.steps,
      unsized: sum.unsized + next.unsized,
      short: sum.short + next.short,
      censored: sum.censored + next.censored,
      exceeded: sum.exceeded + next.exceeded,
      excess: sum.excess + next.excess,
      worstExcess: Math.max(sum.worstExcess, next.worstExcess),
      allocated: sum.allocated + next.allocated,
      used: sum.used + next.used,
      resizes: sum.resizes + next.resizes,
      hours: sum.hours + next.hours,
    }),
    NOTHING,
  );
}

const share = (part: number, whole: number): number | null => (whole > 0 ? part / whole : null);

export function outcomeOf(sums: Tally): Outcome {
  return {
    steps: sums.steps,
    unsized: sums.unsized,
    short: share(sums.short, sums.steps),
    censored: share(sums.censored, sums.steps),
    depth: share(sums.excess, sums.exceeded),
    worstDepth: sums.exceeded > 0 ? sums.worstExcess : null,
    allocationOverUse: share(sums.allocated, sums.used),
    resizesPerHour: share(sums.resizes, sums.hours),
  };
}

/** The outcome of one allocation a control phase, averaged over the phases. */
export function outcomeOfPhases(
  series: SizedSeries,
  phases: readonly Float64Array[],
  timing: Timing,
): Outcome {
  return outcomeOf(addTallies(phases.map((allocation) => tally(series, allocation, timing))));
}
