import { gridStartMs, type Grid } from './grid.ts';

/** What of a counter's increase fell into each step, and for how many ms of the step it is known. */
export interface Increments {
  readonly amount: Float64Array;
  readonly coveredMs: Float64Array;
}

export function noIncrements({ steps }: Grid): Increments {
  return { amount: new Float64Array(steps), coveredMs: new Float64Array(steps) };
}

/** Increase from one sample of a counter to the next; a smaller value means that it began again at 0. */
export function increase(before: number, after: number): number {
  return after >= before ? after - before : after;
}

/**
 * Calls `visit` with each pair of neighbouring samples that hold a value and lie at most `maximumGapMs` apart.
 * `timesMs` ascends; NaN values are skipped.
 */
export function forEachInterval(
  timesMs: Float64Array,
  values: Float64Array,
  maximumGapMs: number,
  visit: (from: number, to: number) => void,
): void {
  let last = -1;
  for (let at = 0; at < timesMs.length; at += 1) {
    if (Number.isNaN(values[at])) continue;
    if (last !== -1 && (timesMs[at] ?? NaN) - (timesMs[last] ?? NaN) <= maximumGapMs) visit(last, at);
    last = at;
  }
}

/**
 * Adds a counter's increments to `into`, each spread evenly over the time between its two samples. Nothing is lost:
 * over all steps the amounts add up to the counter's increase inside the grid. Longer gaps add nothing.
 */
export function addIncrements(
  timesMs: Float64Array,
  values: Float64Array,
  maximumGapMs: number,
  grid: Grid,
  into: Increments,
): void {
  const startMs = gridStartMs(grid);
  forEachInterval(timesMs, values, maximumGapMs, (from, to) => {
    const fromMs = timesMs[from] ?? NaN;
    const toMs = timesMs[to] ?? NaN;
    const perMs = increase(values[from] ?? NaN, values[to] ?? NaN) / (toMs - fromMs);
    spread(Math.max(fromMs, startMs), Math.min(toMs, grid.endMs), perMs, startMs, grid.stepMs, into);
  });
}

function spread(
  fromMs: number,
  toMs: number,
  perMs: number,
  startMs: number,
  stepMs: number,
  { amount, coveredMs }: Increments,
): void {
  let at = fromMs;
  for (let step = Math.floor((at - startMs) / stepMs); at < toMs; step += 1) {
    const edge = Math.min(startMs + (step + 1) * stepMs, toMs);
    amount[step] = (amount[step] ?? 0) + perMs * (edge - at);
    coveredMs[step] = (coveredMs[step] ?? 0) + (edge - at);
    at = Math.max(at, edge);
  }
}

/** A step known for less than this share of its time is a gap. */
const LEAST_COVERAGE = 0.1;

/**
 * The increments per step; a step that is known in part (the newest, mostly) is brought to a whole one by its rate.
 * NaN where too little is known.
 */
export function perStep({ amount, coveredMs }: Increments, stepMs: number): Float64Array {
  return amount.map((value, step) => {
    // Containers that follow each other in a pod share a step; sidecars cover it twice.
    const covered = Math.min(coveredMs[step] ?? 0, stepMs);
    return covered < LEAST_COVERAGE * stepMs ? NaN : value * (stepMs / covered);
  });
}
