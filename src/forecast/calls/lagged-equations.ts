import { at } from '../trailing-maximum.ts';
import { factorize, solveBack } from './cholesky.ts';

/** Lags of calls that CPU may respond to: 22 steps of 15 s cover a rate over five minutes and its late samples. */
export const LAGS = 22;
/** Inputs: a constant (idle use) and the calls of each lag. */
export const INPUTS = LAGS + 1;
const SIZE = INPUTS + 1;
/** Ridge of a lag, as a share of the mean squared calls: enough where lags can't be told apart, 0.1 % elsewhere. */
const RIDGE = 1e-3;
/** A fit is never believed to be better than this share of the mean square. */
const SMALLEST_VARIANCE = 1e-12;
const LARGEST_GROWTH = 2 ** 20;

/**
 * Weighted normal equations of CPU on a constant and the calls of lags 0…21, with exponential forgetting, and their
 * solution for the number of lags that the data support. The equations of fewer lags are the leading part of those of
 * more, and so are their Cholesky factors: one factorization of the equations with CPU as their last row gives the
 * residual sum of squares of every number of lags (yᵀy − Σ z²), of which the Bayesian information criterion takes one.
 */
export class LaggedEquations {
  readonly #sums = new Float64Array(SIZE * SIZE);
  readonly #factor = new Float64Array(SIZE * SIZE);
  readonly #ridge = new Float64Array(SIZE);
  readonly #row = new Float64Array(SIZE);
  readonly #present = new Int32Array(SIZE);
  readonly #forgetting: number;
  #growth = 1;
  #rows = 0;
  /** Weights: the constant, then one for each lag; zero beyond `order`. */
  readonly weights = new Float64Array(INPUTS);
  /** Inputs in use: 1 is idle use alone. */
  order = 1;
  /** Weighted mean squared residual, corrected for the inputs in use. */
  variance = 0;

  constructor(halfLifeSteps: number) {
    this.#forgetting = 2 ** (1 / halfLifeSteps);
  }

  /** Lags in use. */
  get lags(): number {
    return this.order - 1;
  }

  clear(): void {
    this.#sums.fill(0);
    this.#growth = 1;
    this.#rows = 0;
  }

  /** Lets a step pass: what was learned before counts less. */
  forget(): void {
    this.#growth *= this.#forgetting;
    if (this.#growth < LARGEST_GROWTH) return;
    for (let i = 0; i < this.#sums.length; i++) this.#sums[i] = at(this.#sums, i) / this.#growth;
    this.#growth = 1;
  }

  /** Learns CPU `y`; the calls of lag l are calls[newest − l]. */
  add(calls: Float64Array, newest: number, y: number, weight: number): void {
    const { row, present, sums } = { row: this.#row, present: this.#present, sums: this.#sums };
    let count = 0;
    row[0] = 1;
    present[count++] = 0;
    for (let lag = 0; lag < LAGS; lag++) {
      const value = at(calls, newest - lag);
      row[lag + 1] = value;
      if (value !== 0) present[count++] = lag + 1;
    }
    row[INPUTS] = y;
    present[count++] = INPUTS;
    const total = weight * this.#growth;
    for (let a = 0; a < count; a++) {
      const i = present[a] ?? 0;
      const scaled = total * at(row, i);
      for (let b = 0; b <= a; b++) {
        const j = present[b] ?? 0;
        sums[i * SIZE + j] = at(sums, i * SIZE + j) + scaled * at(row, j);
      }
    }
    this.#rows++;
  }

  /** Fits again what was learned so far. */
  solve(): void {
    const { sums, factor, ridge } = { sums: this.#sums, factor: this.#factor, ridge: this.#ridge };
    const weight = at(sums, 0);
    if (!(weight > 0)) return;
    const inputs = Math.max(1, Math.min(INPUTS, Math.floor(this.#rows / 3)));
    const square = at(sums, SIZE + 1);
    ridge.fill(RIDGE * square + Number.MIN_VALUE);
    ridge[0] = 0;
    // CPU is the last row of the sums; it is factorized right below the inputs in use.
    factorize(sums, ridge, factor, { size: SIZE, inputs, rows: inputs });
    this.#reduce(inputs);
    this.#choose(inputs, square > 0);
    this.weights.fill(0);
    solveBack(factor, this.weights, { size: SIZE, inputs: this.order, z: INPUTS });
  }

  /** L z = b, into the last row of the factor. */
  #reduce(inputs: number): void {
    const { sums, factor } = { sums: this.#sums, factor: this.#factor };
    const last = INPUTS * SIZE;
    for (let j = 0; j < inputs; j++) {
      let sum = at(sums, last + j);
      for (let k = 0; k < j; k++) sum -= at(factor, last + k) * at(factor, j * SIZE + k);
      factor[last + j] = sum / at(factor, j * SIZE + j);
    }
  }

  #choose(inputs: number, anyCalls: boolean): void {
    const observed = at(this.#sums, 0) / this.#growth;
    const squares = at(this.#sums, INPUTS * SIZE + INPUTS);
    const floor = squares * SMALLEST_VARIANCE + Number.MIN_VALUE;
    let left = squares;
    let best = Infinity;
    this.order = 1;
    for (let q = 1; q <= inputs; q++) {
      const z = at(this.#factor, INPUTS * SIZE + q - 1);
      left -= z * z;
      const criterion = observed * Math.log(Math.max(left, floor)) + q * Math.log(Math.max(observed, 2));
      if (criterion < best) {
        best = criterion;
        this.order = q;
        this.variance = (Math.max(left, floor) / at(this.#sums, 0)) * (observed / Math.max(1, observed - q));
      }
      if (!anyCalls) return;
    }
  }

  /** CPU that the fit expects; the calls of lag l are calls[newest − l]. */
  predict(calls: Float64Array, newest: number): number {
    let sum = at(this.weights, 0);
    for (let q = 1; q < this.order; q++) sum += at(this.weights, q) * at(calls, newest - q + 1);
    return sum;
  }

  /** Standard deviation of the sum of all lags' weights for residuals of variance 1; and where it goes to, see cost. */
  influence(result: Float64Array): void {
    // Solves (A + R) c = 1 (0 for the constant) in the inputs in use.
    const { factor } = { factor: this.#factor };
    const last = INPUTS * SIZE;
    for (let j = 0; j < this.order; j++) {
      let sum = j === 0 ? 0 : 1;
      for (let k = 0; k < j; k++) sum -= at(factor, last + k) * at(factor, j * SIZE + k);
      factor[last + j] = sum / at(factor, j * SIZE + j);
    }
    result.fill(0);
    solveBack(factor, result, { size: SIZE, inputs: this.order, z: INPUTS });
    for (let j = 0; j < this.order; j++) result[j] = at(result, j) * this.#growth;
  }
}
