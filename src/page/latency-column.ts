import { cleanCalls } from '#core/usage/clean-samples.ts';
import { alignGrid, type Grid } from '#core/usage/grid.ts';
import { addIncrements, noIncrements } from '#core/usage/increments.ts';
import type { CallSeries } from '#core/usage/reading.ts';
import { histogramQuantile } from '#core/usage/signals/duration-quantile.ts';

/** The p95 of the durations of the calls that ended in each step, s; null where none did. */
export function latencyColumn(calls: CallSeries, grid: Grid): (number | null)[] {
  const aligned = alignGrid(grid);
  const { timesMs, durationCounts, durationBoundsSeconds, maximumGapMs } = cleanCalls(calls);
  const buckets = durationCounts.map((counts) => {
    const increments = noIncrements(aligned);
    addIncrements(timesMs, counts, maximumGapMs, aligned, increments);
    return increments.amount;
  });
  return Array.from({ length: aligned.steps }, (_, step) =>
    histogramQuantile(
      0.95,
      durationBoundsSeconds,
      buckets.map((amounts) => amounts[step] ?? 0),
    ),
  );
}
