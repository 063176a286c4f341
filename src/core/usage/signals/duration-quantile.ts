import { increase } from '../increments.ts';
import type { CleanCalls } from '../clean-samples.ts';

/**
 * Increase of each cumulative bucket over the samples from `fromMs` on; a sample before it is where counting begins.
 * Resets are bridged bucket by bucket.
 */
export function bucketIncreases(calls: CleanCalls, fromMs: number): readonly number[] {
  const { timesMs, durationCounts } = calls;
  const first = timesMs.findIndex((time) => time >= fromMs);
  return durationCounts.map((counts) => {
    let sum = 0;
    let last = NaN;
    for (let at = first === -1 ? timesMs.length : first; at < timesMs.length; at += 1) {
      const value = counts[at] ?? NaN;
      if (Number.isNaN(value)) continue;
      if (!Number.isNaN(last)) sum += increase(last, value);
      last = value;
    }
    return sum;
  });
}

/**
 * The quantile of a histogram with cumulative counts, linear within a bucket: Prometheus's histogram_quantile
 * (promql/quantile.go). In the last, unbounded bucket it is the highest finite bound. Null without observations.
 */
export function histogramQuantile(
  share: number,
  upperBounds: readonly number[],
  cumulative: readonly number[],
): number | null {
  const counts: number[] = [];
  // Counters scraped while they grow can fall from bucket to bucket.
  for (const count of cumulative) counts.push(Math.max(count, counts.at(-1) ?? 0));
  const total = counts.at(-1) ?? 0;
  if (!(total > 0)) return null;
  const rank = share * total;
  const bucket = counts.findIndex((count) => count >= rank);
  const upper = upperBounds[bucket] ?? Infinity;
  const lower = bucket > 0 ? (upperBounds[bucket - 1] ?? 0) : 0;
  if (!Number.isFinite(upper)) return bucket > 0 ? lower : null;
  const below = bucket > 0 ? (counts[bucket - 1] ?? 0) : 0;
  const inside = (counts[bucket] ?? 0) - below;
  return inside > 0 ? lower + (upper - lower) * ((rank - below) / inside) : upper;
}
