import { LAST_TIME_MS } from '../units/unix-time.ts';
import type { CallSeries, ContainerSeries } from './reading.ts';

/** A gap is longer than this many typical sample periods, and than this long. */
const GAP_PERIODS = 2.5;
const SHORTEST_GAP_MS = 40_000;

/** More than any time or amount here reaches, so that sums stay finite and exact enough. */
export const LARGEST_VALUE = 1e18;

const isTime = (ms: number): boolean => ms >= 0 && ms <= LAST_TIME_MS;

/** One series in order: times ascend strictly, a value that is no non-negative number is NaN. */
export type CleanContainer = ContainerSeries & { readonly maximumGapMs: number };
export type CleanCalls = CallSeries & { readonly maximumGapMs: number };

/** The samples to keep, in order of time: later ones of the same time win. Null where all are in order already. */
function order(timesMs: Float64Array): Int32Array | null {
  let ascending = true;
  for (let i = 0; i < timesMs.length && ascending; i += 1) {
    const time = timesMs[i] ?? NaN;
    ascending = isTime(time) && (i === 0 || time > (timesMs[i - 1] ?? NaN));
  }
  if (ascending) return null;
  const sorted = Array.from(timesMs.keys())
    .filter((i) => isTime(timesMs[i] ?? NaN))
    .sort((a, b) => (timesMs[a] ?? 0) - (timesMs[b] ?? 0) || a - b);
  return Int32Array.from(sorted.filter((i, at) => timesMs[i] !== timesMs[sorted[at + 1] ?? -1]));
}

function pick(column: Float64Array, kept: Int32Array | null): Float64Array {
  return kept === null ? column : Float64Array.from(kept, (i) => column[i] ?? NaN);
}

/** The column with negative and absurd values made NaN; the same array where there are none. */
function valid(column: Float64Array): Float64Array {
  const wrong = (value: number): boolean => value < 0 || value > LARGEST_VALUE;
  return column.some(wrong) ? column.map((value) => (wrong(value) ? NaN : value)) : column;
}

/** The longest time between two samples that is not a gap. */
export function maximumGapMs(timesMs: Float64Array): number {
  if (timesMs.length < 2) return SHORTEST_GAP_MS;
  const periods = new Float64Array(timesMs.length - 1);
  for (let i = 0; i < periods.length; i += 1) periods[i] = (timesMs[i + 1] ?? 0) - (timesMs[i] ?? 0);
  periods.sort();
  return Math.max(SHORTEST_GAP_MS, GAP_PERIODS * (periods[Math.floor(periods.length / 2)] ?? 0));
}

/**
 * The same series one sample earlier: its start, where its counters were 0. Which CPU limit held then is not known: a
 * new pod is often resized before its first sample, and how it was slowed until then says nothing of its limit now.
 */
function withStart(series: CleanContainer): CleanContainer {
  const { startedAtMs, timesMs, maximumGapMs: gap } = series;
  const first = timesMs[0] ?? NaN;
  if (startedAtMs === null || !(startedAtMs < first && first - startedAtMs <= gap)) return series;
  const prepend = (value: number, column: Float64Array): Float64Array => {
    const longer = new Float64Array(column.length + 1);
    longer[0] = value;
    longer.set(column, 1);
    return longer;
  };
  const zero = (column: Float64Array): Float64Array => prepend((column[0] ?? NaN) * 0, column);
  return {
    ...series,
    timesMs: prepend(startedAtMs, timesMs),
    cpuSeconds: zero(series.cpuSeconds),
    throttledSeconds: zero(series.throttledSeconds),
    throttledPeriods: zero(series.throttledPeriods),
    memoryBytes: prepend(NaN, series.memoryBytes),
    oomEvents: prepend(NaN, series.oomEvents),
    cpuLimitCores: prepend(NaN, series.cpuLimitCores),
    memoryLimitBytes: prepend(series.memoryLimitBytes[0] ?? NaN, series.memoryLimitBytes),
  };
}

/** Puts a container's samples in order and begins them with its start, where that was seen. */
export function cleanContainer(series: ContainerSeries): CleanContainer {
  const kept = order(series.timesMs);
  const column = (values: Float64Array): Float64Array => valid(pick(values, kept));
  const timesMs = pick(series.timesMs, kept);
  return withStart({
    ...series,
    timesMs,
    maximumGapMs: maximumGapMs(timesMs),
    cpuSeconds: column(series.cpuSeconds),
    throttledSeconds: column(series.throttledSeconds),
    throttledPeriods: column(series.throttledPeriods),
    memoryBytes: column(series.memoryBytes),
    oomEvents: column(series.oomEvents),
    cpuLimitCores: column(series.cpuLimitCores),
    memoryLimitBytes: column(series.memoryLimitBytes),
  });
}

/** Puts a function's call counters in order. */
export function cleanCalls(series: CallSeries): CleanCalls {
  const kept = order(series.timesMs);
  const column = (values: Float64Array): Float64Array => valid(pick(values, kept));
  const timesMs = pick(series.timesMs, kept);
  return {
    ...series,
    timesMs,
    maximumGapMs: maximumGapMs(timesMs),
    started: column(series.started),
    completed: column(series.completed),
    durationCounts: series.durationCounts.map(column),
  };
}
