import { rollingMean, stepsPerMean } from '../usage/sixty-second-mean.ts';
import type { FunctionUsage } from '../messages/usage.ts';
import { sameLimit } from '../usage/signals/stretch.ts';
import type { Use } from './recommendation.ts';

type Column = readonly (number | null)[];

const toNumbers = (column: Column): Float64Array => Float64Array.from(column, (value) => value ?? NaN);

/** Percentiles by the nearest rank of what is known, and the larger of its maximum and `peak`. */
function summariseUse(values: Float64Array, peak: number | null): Use {
  const known = values.filter((value) => !Number.isNaN(value)).sort();
  const at = (share: number): number | null => known[Math.ceil(share * known.length) - 1] ?? null;
  const highest = at(1);
  return {
    p50: at(0.5),
    p95: at(0.95),
    peak: peak === null ? highest : Math.max(peak, highest ?? 0),
  };
}

/** Use of both metrics over the window; peaks may come from a longer record. */
export function useOf(
  { series }: Pick<FunctionUsage, 'series'>,
  stepMs: number,
  peaks: { readonly cpu: number | null; readonly memory: number | null },
): { readonly cpu: Use; readonly memory: Use } {
  const means = rollingMean(toNumbers(series.cpuCores), stepsPerMean(stepMs));
  return {
    cpu: summariseUse(means, peaks.cpu),
    memory: summariseUse(toNumbers(series.memoryBytes), peaks.memory),
  };
}

/**
 * Throttled seconds ÷ CPU seconds over the steps of the window that had this limit, or whose limit is not known; null
 * where none has both.
 */
export function stretchOfWindow(
  { series }: Pick<FunctionUsage, 'series'>,
  stepMs: number,
  limitCores: number | null,
): number | null {
  let throttled = 0;
  let used = 0;
  let steps = 0;
  series.throttledSeconds.forEach((seconds, index) => {
    const cores = series.cpuCores[index] ?? null;
    const limit = series.cpuLimitCores[index] ?? limitCores;
    if (seconds === null || cores === null || !isSame(limit, limitCores)) return;
    throttled += seconds;
    used += (cores * stepMs) / 1000;
    steps += 1;
  });
  if (steps === 0) return null;
  return used > 0 ? throttled / used : 0;
}

const isSame = (left: number | null, right: number | null): boolean =>
  left === right || (left !== null && right !== null && sameLimit(left, right));
