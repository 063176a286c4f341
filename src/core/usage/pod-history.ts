import type { CleanContainer } from './clean-samples.ts';
import { emptyColumn, gridStartMs, type Grid } from './grid.ts';
import { addIncrements, noIncrements, perStep } from './increments.ts';
import type { PodFacts } from './reading.ts';

/** One pod on the grid, NaN where nothing is known, beside the samples it was made from. */
export interface PodHistory {
  readonly pod: string;
  /** Null for a pod that is gone or was never listed. */
  readonly facts: PodFacts | null;
  /** The container's runs: a restart begins a new one in some sources. */
  readonly containers: readonly CleanContainer[];
  readonly cpuCores: Float64Array;
  readonly memoryBytes: Float64Array;
  readonly throttledSeconds: Float64Array;
  readonly throttledPeriods: Float64Array;
  readonly cpuLimitCores: Float64Array;
  readonly memoryLimitBytes: Float64Array;
}

type Column = 'cpuSeconds' | 'throttledSeconds' | 'throttledPeriods';

function counterPerStep(containers: readonly CleanContainer[], column: Column, grid: Grid): Float64Array {
  const increments = noIncrements(grid);
  for (const series of containers) {
    addIncrements(series.timesMs, series[column], series.maximumGapMs, grid, increments);
  }
  return perStep(increments, grid.stepMs);
}

/** The last sample of each step; between two samples of a running pod the earlier one holds. */
function lastPerStep(
  { timesMs }: CleanContainer,
  values: Float64Array,
  running: Float64Array,
  grid: Grid,
  into: Float64Array,
): void {
  const startMs = gridStartMs(grid);
  let next = 0;
  let last = NaN;
  for (let step = 0; step < grid.steps; step += 1) {
    const endMs = startMs + (step + 1) * grid.stepMs;
    const before = next;
    while (next < timesMs.length && (timesMs[next] ?? NaN) <= endMs) {
      const value = values[next] ?? NaN;
      if (!Number.isNaN(value)) last = value;
      next += 1;
    }
    const alive = next > before || (next < timesMs.length && !Number.isNaN(running[step]));
    const held = alive || (step === grid.steps - 1 && !Number.isNaN(running[step]));
    if (held && !Number.isNaN(last) && !((into[step] ?? NaN) >= last)) into[step] = last;
  }
}

/** A limit that was lifted must not be held, so NaN counts as a value here. */
function limitPerStep(
  { timesMs }: CleanContainer,
  values: Float64Array,
  running: Float64Array,
  grid: Grid,
  into: Float64Array,
): void {
  const startMs = gridStartMs(grid);
  let next = 0;
  for (let step = 0; step < grid.steps; step += 1) {
    const endMs = startMs + (step + 1) * grid.stepMs;
    while (next < timesMs.length && (timesMs[next] ?? NaN) <= endMs) next += 1;
    if (next > 0 && !Number.isNaN(running[step])) into[step] = values[next - 1] ?? NaN;
  }
}

/** Lays a pod's samples on the grid. `containers` in order of their start. */
export function podHistory(
  pod: string,
  facts: PodFacts | null,
  containers: readonly CleanContainer[],
  grid: Grid,
): PodHistory {
  const stepSeconds = grid.stepMs / 1000;
  const cpuCores = counterPerStep(containers, 'cpuSeconds', grid).map((seconds) => seconds / stepSeconds);
  const memoryBytes = emptyColumn(grid);
  const cpuLimitCores = emptyColumn(grid);
  const memoryLimitBytes = emptyColumn(grid);
  for (const series of containers) {
    lastPerStep(series, series.memoryBytes, cpuCores, grid, memoryBytes);
    limitPerStep(series, series.cpuLimitCores, cpuCores, grid, cpuLimitCores);
    limitPerStep(series, series.memoryLimitBytes, cpuCores, grid, memoryLimitBytes);
  }
  return {
    pod,
    facts,
    containers,
    cpuCores,
    memoryBytes,
    throttledSeconds: counterPerStep(containers, 'throttledSeconds', grid),
    throttledPeriods: counterPerStep(containers, 'throttledPeriods', grid),
    cpuLimitCores,
    memoryLimitBytes,
  };
}
