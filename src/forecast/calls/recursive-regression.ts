import { at } from '../trailing-maximum.ts';
import { factorize, reduce, solveBack } from './cholesky.ts';

export interface RegressionOptions {
  /** After so many steps an observation counts half. */
  readonly halfLifeSteps: number;
  /** Added to the diagonal of the normal equations, in squared inputs: as strong as one observation of that size. */
  readonly ridge: number;
  /** Quantile that is fitted: 0.5 is least absolute deviations. Left out, least squares. */
  readonly level?: number;
  /** Once each input has been seen a few times, the equations are solved for every so many observations. @default 1 */
  readonly updatesPerSolve?: number;
}

/** Residuals smaller than this share of the mean one count as it, or a single row would decide everything. */
const SMALLEST_RESIDUAL = 0.05;
/** Observations per input after which the fit no longer moves much with each. */
const SETTLED = 3;
/** Weights grow instead of all sums shrinking; they are scaled back when they reach this. */
const LARGEST_GROWTH = 2 ** 20;

/**
 * Linear regression that learns one observation at a time and forgets exponentially. Quantiles are fitted by
 * iteratively reweighted least squares in one pass: an observation's weight is level (above the prediction) or
 * 1 − level (below), over its absolute residual from the prediction made before it was learned; relative to the mean
 * absolute residual, so that results scale with y. Nothing is allocated after construction. An intercept is an input
 * like any other (a constant).
 */
export class RecursiveRegression {
  readonly #inputs: number;
  readonly #size: number;
  readonly #level: number | undefined;
  readonly #halfLife: number;
  /** What is kept of a mean in a step. */
  readonly #kept: number;
  readonly #sums: Float64Array;
  readonly #factor: Float64Array;
  readonly #ridge: Float64Array;
  readonly #ridgeShare: number;
  readonly #coefficients: Float64Array;
  #growth = 1;
  #residual = 0;
  #residualWeight = 0;
  readonly #updatesPerSolve: number;
  #pending = 0;
  #updates = 0;

  constructor(inputs: number, { halfLifeSteps, ridge, level, updatesPerSolve = 1 }: RegressionOptions) {
    this.#inputs = inputs;
    this.#size = inputs + 1;
    this.#level = level;
    this.#updatesPerSolve = updatesPerSolve;
    this.#halfLife = halfLifeSteps;
    this.#kept = 0.5 ** (1 / halfLifeSteps);
    this.#ridgeShare = ridge;
    this.#sums = new Float64Array(this.#size * this.#size);
    this.#factor = new Float64Array(this.#size * this.#size);
    this.#ridge = new Float64Array(this.#size);
    this.#coefficients = new Float64Array(inputs);
  }

  /** Observations learned so far. */
  get updates(): number {
    return this.#updates;
  }

  /**
   * Learns y for the inputs x[offset…offset + inputs). Not finite numbers are passed over.
   * @param elapsedSteps since the last update: how much is forgotten.
   */
  update(x: Float64Array, offset: number, y: number, elapsedSteps = 1): void {
    const error = y - this.predict(x, offset);
    if (!Number.isFinite(error)) return;
    this.#grow(elapsedSteps);
    const weight = this.#growth * this.#weigh(error);
    const size = this.#size;
    const sums = this.#sums;
    for (let i = 0; i < size; i++) {
      const scaled = weight * (i < this.#inputs ? (x[offset + i] ?? 0) : y);
      const last = Math.min(i, this.#inputs - 1);
      for (let j = 0; j <= last; j++)
        sums[i * size + j] = (sums[i * size + j] ?? 0) + scaled * (x[offset + j] ?? 0);
    }
    this.#updates++;
    this.#pending++;
  }

  /** The fit for the inputs x[offset…offset + inputs); 0 before the first update. */
  predict(x: Float64Array, offset = 0): number {
    if (this.#isDue()) this.#solve();
    let sum = 0;
    for (let i = 0; i < this.#inputs; i++) sum += (this.#coefficients[i] ?? 0) * (x[offset + i] ?? NaN);
    return sum;
  }

  #isDue(): boolean {
    if (this.#pending === 0) return false;
    return this.#pending >= this.#updatesPerSolve || this.#updates <= SETTLED * this.#inputs;
  }

  /** Weight of a residual: 1 at the mean absolute residual (least squares: always). */
  #weigh(error: number): number {
    const size = Math.abs(error);
    this.#residual = this.#residual * this.#kept + size;
    this.#residualWeight = this.#residualWeight * this.#kept + 1;
    if (this.#level === undefined) return 1;
    const mean = this.#residual / this.#residualWeight;
    const side = 2 * (error > 0 ? this.#level : 1 - this.#level);
    return mean === 0 ? side : side / (size / mean + SMALLEST_RESIDUAL);
  }

  #grow(steps: number): void {
    this.#growth *= 2 ** (steps / this.#halfLife);
    if (this.#growth < LARGEST_GROWTH) return;
    for (let i = 0; i < this.#sums.length; i++) this.#sums[i] = at(this.#sums, i) / this.#growth;
    this.#growth = 1;
  }

  #solve(): void {
    this.#ridge.fill(this.#ridgeShare * this.#growth);
    const inputs = this.#inputs;
    factorize(this.#sums, this.#ridge, this.#factor, this.#size, inputs);
    const last = inputs * this.#size;
    for (let j = 0; j < inputs; j++) this.#factor[last + j] = at(this.#sums, last + j);
    reduce(this.#factor, inputs, this.#size, inputs);
    solveBack(this.#factor, inputs, this.#coefficients, this.#size, inputs);
    this.#pending = 0;
  }
}
