/** An even grid from its first point. */
export interface SampleGrid {
  /** Unix ms of the first grid point. */
  readonly startMs: number;
  readonly stepMs: number;
  readonly steps: number;
}

/** What becomes of several samples in one step: rates are averaged, levels followed, counts added up. */
export type Combination = 'mean' | 'last' | 'sum';

/** Samples further apart than this many typical periods have a gap between them: one that is missing makes two. */
const GAP_PERIODS = 1.5;

/** Samples in order of time, and the typical time between them. */
export interface SampledColumn {
  /** Unix ms, ascending. */
  readonly timesMs: Float64Array;
  readonly values: Float64Array;
  readonly periodMs: number;
}

/**
 * Samples on a grid, NaN where there is none: a gap stays one, and nothing is interpolated. A step takes the samples
 * since the step before, and those that jitter less than half their own period behind its end. A step that jitter
 * alone has left empty keeps the value before (a count, 0). Linear in samples and steps; a column that is on the grid
 * already is returned as it is.
 */
export function layOnGrid(column: SampledColumn, grid: SampleGrid, combination: Combination): Float64Array {
  if (isOnGrid(column.timesMs, grid)) return column.values;
  const { timesMs, values, periodMs } = column;
  const sums = new Float64Array(grid.steps).fill(NaN);
  const counts = new Uint32Array(grid.steps);
  let stepBefore = -1;
  for (let at = 0; at < values.length; at += 1) {
    const timeMs = timesMs[at] ?? NaN;
    const step = Math.ceil((timeMs - grid.startMs - periodMs / 2) / grid.stepMs);
    if (timeMs - (timesMs[at - 1] ?? NaN) <= GAP_PERIODS * periodMs && !Number.isNaN(values[at - 1])) {
      const held =
        combination === 'sum' ? 0 : (sums[stepBefore] ?? NaN) / Math.max(1, counts[stepBefore] ?? 1);
      sums.fill(held, stepBefore + 1, Math.max(stepBefore + 1, step));
    }
    addSample(sums, counts, step, values[at] ?? NaN, combination);
    stepBefore = step;
  }
  return combination === 'mean' ? sums.map((sum, step) => sum / Math.max(1, counts[step] ?? 1)) : sums;
}

function addSample(
  sums: Float64Array,
  counts: Uint32Array,
  step: number,
  value: number,
  combination: Combination,
): void {
  if (Number.isNaN(value) || step < 0 || step >= sums.length) return;
  const isFirst = Number.isNaN(sums[step]) || combination === 'last';
  sums[step] = isFirst ? value : (sums[step] ?? 0) + value;
  counts[step] = combination === 'mean' ? (counts[step] ?? 0) + 1 : 1;
}

function isOnGrid(timesMs: Float64Array, { startMs, stepMs, steps }: SampleGrid): boolean {
  if (timesMs.length !== steps) return false;
  for (let i = 0; i < steps; i += 1) if (timesMs[i] !== startMs + i * stepMs) return false;
  return true;
}

/** Events per step of the grid, each in the step (t − step, t] of its time; those outside are left out. */
export function countOnGrid(timesMs: Float64Array, { startMs, stepMs, steps }: SampleGrid): Float64Array {
  const counts = new Float64Array(steps);
  for (const timeMs of timesMs) {
    const step = Math.ceil((timeMs - startMs) / stepMs);
    if (step >= 0 && step < steps) counts[step] = (counts[step] ?? 0) + 1;
  }
  return counts;
}
