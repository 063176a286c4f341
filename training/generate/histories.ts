import type { FunctionHistory } from '#core/replay/history.ts';
import { pendingUsage } from '#core/usage/build-usage.ts';
import type { Grid } from '#core/usage/grid.ts';
import type { ContainerSeries, Reading } from '#core/usage/reading.ts';
import { prometheusRate } from './prometheus-rate.ts';

/** Prometheus takes a sample for the current one for so long. */
const LOOKBACK_MS = 300_000;

/** NaN for null; the whole column is null where nothing is known at all. */
function column(values: readonly (number | null)[]): Float64Array {
  return Float64Array.from(values, (value) => value ?? NaN);
}

function known(values: readonly (number | null)[]): Float64Array | null {
  return values.some((value) => value !== null) ? column(values) : null;
}

/** Increments of the counters on the grid, by the same code that the product collects with. */
export function incrementsHistory(
  reading: Reading,
  grid: Grid,
  oomKillsMs: readonly number[],
): FunctionHistory {
  const [pending] = pendingUsage(reading, grid);
  if (pending === undefined) throw new Error('a generated trace has a container');
  const { name, namespace, series } = pending.build();
  return {
    name,
    namespace,
    startMs: grid.endMs - (grid.steps - 1) * grid.stepMs,
    stepMs: grid.stepMs,
    cpuCores: column(series.cpuCores),
    cpuMeanMs: grid.stepMs,
    memoryBytes: column(series.memoryBytes),
    callsStarted: reading.calls.length === 0 ? null : column(series.callsStarted),
    cpuLimitCores: known(series.cpuLimitCores),
    memoryLimitBytes: known(series.memoryLimitBytes),
    oomKillsMs,
  };
}

/** A series is current for the lookback, but at most 2.5 periods after its last sample: then it is marked stale. */
function newestAt(
  { timesMs, memoryBytes }: ContainerSeries,
  atMs: Float64Array,
  periodMs: number,
): Float64Array {
  let after = 0;
  return atMs.map((at) => {
    while (after < timesMs.length && (timesMs[after] ?? NaN) <= at) after += 1;
    const ageMs = at - (timesMs[after - 1] ?? NaN);
    const isCurrent =
      ageMs <= (after === timesMs.length ? Math.min(LOOKBACK_MS, 2.5 * periodMs) : LOOKBACK_MS);
    return isCurrent ? (memoryBytes[after - 1] ?? NaN) : NaN;
  });
}

/** The larger of two values, a missing one left out. */
function largest(columns: readonly Float64Array[], length: number): Float64Array {
  const most = new Float64Array(length).fill(NaN);
  for (const values of columns) {
    values.forEach((value, at) => {
      if (!((most[at] ?? NaN) >= value) && !Number.isNaN(value)) most[at] = value;
    });
  }
  return most;
}

/** The same function as Prometheus tells it: `rate()` of CPU, memory as it was last seen, each the busiest series'. */
export function rateHistory(
  increments: FunctionHistory,
  containers: readonly ContainerSeries[],
  windowMs: number,
  periodMs: number,
): FunctionHistory {
  const { startMs, stepMs, cpuCores } = increments;
  const atMs = cpuCores.map((_, step) => startMs + step * stepMs);
  const rates = containers.map(({ timesMs, cpuSeconds }) =>
    prometheusRate(timesMs, cpuSeconds, atMs, windowMs),
  );
  const memory = containers.map((series) => newestAt(series, atMs, periodMs));
  return {
    ...increments,
    cpuCores: largest(rates, atMs.length),
    cpuMeanMs: windowMs,
    memoryBytes: largest(memory, atMs.length),
  };
}
