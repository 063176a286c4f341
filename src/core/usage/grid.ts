/** An even grid that ends at `endMs`; step i covers (endMs − (steps − i) × stepMs, endMs − (steps − 1 − i) × stepMs]. */
export interface Grid {
  readonly stepMs: number;
  readonly steps: number;
  readonly endMs: number;
}

/** The same grid with its end moved back to a whole step. */
export function alignGrid(grid: Grid): Grid {
  return { ...grid, endMs: Math.floor(grid.endMs / grid.stepMs) * grid.stepMs };
}

/** Unix ms at which the first step begins. */
export function gridStartMs({ stepMs, steps, endMs }: Grid): number {
  return endMs - steps * stepMs;
}

/** A column of the grid without any value. */
export function emptyColumn({ steps }: Grid): Float64Array {
  return new Float64Array(steps).fill(NaN);
}

/** Of messages: a microcore, a microsecond. What counters tell is coarser, and more digits double the message. */
const PRECISION = 1e6;

/** For messages: a gap is null. */
export function nullable(column: Float64Array): (number | null)[] {
  return Array.from(column, (value) =>
    Number.isNaN(value) ? null : Math.round(value * PRECISION) / PRECISION,
  );
}
