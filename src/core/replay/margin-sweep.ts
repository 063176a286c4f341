import { ROUNDING } from './account.ts';
import type { SizedSeries } from './sized-series.ts';
import type { Timing } from './timing.ts';

/**
 * What every margin on one base allocation would have given. A step is short under margin m exactly where use ÷ base
 * exceeds m, so the sorted ratios answer for all margins at once, without a grid.
 */
export interface MarginSweep {
  /** use ÷ base of every judged step of every phase, ascending; Infinity where no margin helps. */
  readonly ratios: Float64Array;
  /** Σ base ÷ Σ use: the allocation ÷ use of margin 1. NaN where nothing was used. */
  readonly baseOverUse: number;
}

/** One margin: what it costs, and the share of steps that it leaves short. */
export interface MarginPoint {
  readonly margin: number;
  readonly short: number;
  readonly allocationOverUse: number;
}

/** Sweeps the margin over base allocations, one a control phase. */
export function sweepMargins(
  series: SizedSeries,
  phases: readonly Float64Array[],
  { from, to }: Pick<Timing, 'from' | 'to'>,
): MarginSweep {
  const ratios = new Float64Array(phases.length * Math.max(0, to - from));
  let count = 0;
  let [allocated, used] = [0, 0];
  for (const base of phases) {
    for (let step = from; step < to; step++) {
      const [use, allocation] = [series.use[step] ?? NaN, base[step] ?? NaN];
      if (Number.isNaN(use) || Number.isNaN(allocation)) continue;
      ratios[count++] = series.censored[step] === 1 ? Infinity : use === 0 ? 0 : use / allocation;
      allocated += allocation;
      used += use;
    }
  }
  return { ratios: ratios.subarray(0, count).sort(), baseOverUse: used > 0 ? allocated / used : NaN };
}

/** The least margin that leaves at most `short` of the steps short; null where none does, or nothing was used. */
export function leastMargin({ ratios, baseOverUse }: MarginSweep, short: number): MarginPoint | null {
  const allowed = Math.floor(short * ratios.length + 1e-9);
  const margin = ratios[ratios.length - 1 - allowed] ?? NaN;
  if (!Number.isFinite(margin) || Number.isNaN(baseOverUse)) return null;
  return { margin, short: shareAbove(ratios, margin), allocationOverUse: margin * baseOverUse };
}

/** Share of the ratios above a margin. */
function shareAbove(ratios: Float64Array, margin: number): number {
  const bound = margin * (1 + ROUNDING);
  let [low, high] = [0, ratios.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ratios[middle] ?? NaN) > bound) high = middle;
    else low = middle + 1;
  }
  return (ratios.length - low) / ratios.length;
}
