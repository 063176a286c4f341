import type { DataSet, FunctionHistory } from '#core/replay/history.ts';

/** What pandas's `describe` says of a column; null where too few values are known. */
export interface ColumnDescription {
  /** Known values; the others are gaps. */
  readonly count: number;
  readonly gaps: number;
  readonly mean: number | null;
  /** Of a sample: divided by count − 1. */
  readonly std: number | null;
  readonly min: number | null;
  /** Interpolated linearly between neighbours in order. */
  readonly p25: number | null;
  readonly p50: number | null;
  readonly p75: number | null;
  readonly max: number | null;
}

export interface HistoryDescription {
  readonly name: string;
  readonly namespace: string;
  /** Unix ms of the first and the last grid point. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly stepMs: number;
  readonly steps: number;
  readonly cpuMeanMs: number;
  readonly memoryBytes: ColumnDescription;
  readonly cpuCores: ColumnDescription;
  /** null where calls were not counted. */
  readonly callsStarted: ColumnDescription | null;
  readonly oomKills: number;
}

export interface DataSetDescription {
  readonly name: string;
  readonly functions: readonly HistoryDescription[];
}

/** Describes each function of a data set as the study did: count, mean, std, min, quartiles, max. */
export function describe({ name, histories }: DataSet): DataSetDescription {
  return { name, functions: histories.map(describeHistory) };
}

function describeHistory(history: FunctionHistory): HistoryDescription {
  const { name, namespace, startMs, stepMs, cpuMeanMs, cpuCores, memoryBytes, callsStarted, oomKillsMs } =
    history;
  return {
    name,
    namespace,
    fromMs: startMs,
    toMs: startMs + (cpuCores.length - 1) * stepMs,
    stepMs,
    steps: cpuCores.length,
    cpuMeanMs,
    memoryBytes: describeColumn(memoryBytes),
    cpuCores: describeColumn(cpuCores),
    callsStarted: callsStarted === null ? null : describeColumn(callsStarted),
    oomKills: oomKillsMs.length,
  };
}

/** As pandas's `describe`, gaps left out. */
export function describeColumn(values: Float64Array): ColumnDescription {
  const sorted = knownValues(values).sort();
  const count = sorted.length;
  let sum = 0;
  for (const value of sorted) sum += value;
  const mean = sum / count;
  let squares = 0;
  for (const value of sorted) squares += (value - mean) ** 2;
  const known = (value: number): number | null => (Number.isNaN(value) ? null : value);
  return {
    count,
    gaps: values.length - count,
    mean: known(mean),
    std: count < 2 ? null : Math.sqrt(squares / (count - 1)),
    min: known(quantile(sorted, 0)),
    p25: known(quantile(sorted, 0.25)),
    p50: known(quantile(sorted, 0.5)),
    p75: known(quantile(sorted, 0.75)),
    max: known(quantile(sorted, 1)),
  };
}

function knownValues(values: Float64Array): Float64Array {
  const known = new Float64Array(values.length);
  let count = 0;
  for (const value of values) if (!Number.isNaN(value)) known[count++] = value;
  return known.subarray(0, count);
}

function quantile(sorted: Float64Array, share: number): number {
  const at = share * (sorted.length - 1);
  const [below = NaN, above = below] = [sorted[Math.floor(at)], sorted[Math.ceil(at)]];
  return below + (above - below) * (at - Math.floor(at));
}
