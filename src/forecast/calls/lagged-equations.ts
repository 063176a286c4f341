import { at } from '../trailing-maximum.ts';
import { factorize, reduce, solveBack } from './cholesky.ts';

/** Lags of calls that CPU may respond to: 22 steps of 15 s cover a rate over five minutes and its late samples. */
export const LAGS = 22;
/** Ridge of a lag, as a share of the mean squared calls: it decides only where lags can't be told apart. */
const RIDGE = 1e-3;
/** A fit is never believed to be better than this share of the mean square. */
const SMALLEST_VARIANCE = 1e-12;
const LARGEST_GROWTH = 2 ** 20;
/** There are at least so many samples for each input. */
const SAMPLES_PER_INPUT = 3;

export interface LagRange {
  /** Lags that are looked at. */
  readonly lags: number;
  /** Lags that are in use if any are: a call's CPU may always fall into the step after it. */
  readonly fewest: number;
  /** What a further lag must bring, in shares of what the Bayesian information criterion asks. */
  readonly penalty: number;
}

/**
 * Weighted normal equations of CPU on a constant and the calls of the last steps, with exponential forgetting, and
 * their solution for the number of lags that the data support. The equations of fewer lags are the leading part of
 * those of more, and so are their Cholesky factors: one factorization with CPU as the last row gives the residual sum
 * of squares for every number of lags (yᵀy − Σ z²), of which the Bayesian information criterion takes one.
 */
export class LaggedEquations {
  readonly #inputs: number;
  readonly #fewest: number;
  readonly #penalty: number;
  readonly #size: number;
  readonly #sums: Float64Array;
  readonly #factor: Float64Array;
  readonly #ridge: Float64Array;
  readonly #row: Float64Array;
  readonly #present: Int32Array;
  readonly #forgetting: number;
  #growth = 1;
  #rows = 0;
  #observed = 0;
  /** Weights: the constant, then one for each lag; zero beyond those in use. */
  readonly weights: Float64Array;
  /** Lags in use; 0 is idle use alone. */
  lags = 0;

  constructor(halfLifeSteps: number, { lags, fewest, penalty }: LagRange) {
    this.#inputs = lags + 1;
    this.#fewest = fewest;
    this.#penalty = penalty;
    this.#size = lags + 2;
    this.#sums = new Float64Array(this.#size * this.#size);
    this.#factor = new Float64Array(this.#size * this.#size);
    this.#ridge = new Float64Array(this.#size);
    this.#row = new Float64Array(this.#size);
    this.#present = new Int32Array(this.#size);
    this.weights = new Float64Array(this.#size);
    this.#forgetting = 2 ** (1 / halfLifeSteps);
  }

  /** Forgets all samples, but not the weights that they led to. */
  clear(): void {
    this.#sums.fill(0);
    this.#growth = 1;
    this.#rows = 0;
    this.#observed = 0;
  }

  /** Lets a step pass: what was learned before counts less. */
  forget(): void {
    this.#growth *= this.#forgetting;
    if (this.#growth < LARGEST_GROWTH) return;
    for (let i = 0; i < this.#sums.length; i++) this.#sums[i] = at(this.#sums, i) / this.#growth;
    this.#observed /= this.#growth;
    this.#growth = 1;
  }

  /** Learns CPU `y`; the calls of lag l are calls[newest − l]. */
  add(calls: Float64Array, newest: number, y: number, weight: number): void {
    const row = this.#row;
    const present = this.#present;
    const sums = this.#sums;
    const size = this.#size;
    const count = this.#fillRow(calls, newest, y);
    const total = weight * this.#growth;
    if (count === size) this.#addAll(total);
    for (let a = 0; a < count && count < size; a++) {
      const i = present[a] ?? 0;
      const scaled = total * (row[i] ?? 0);
      const start = i * size;
      for (let b = 0; b <= a; b++) {
        const j = present[b] ?? 0;
        sums[start + j] = (sums[start + j] ?? 0) + scaled * (row[j] ?? 0);
      }
    }
    this.#rows++;
    this.#observed += this.#growth;
  }

  #addAll(weight: number): void {
    const row = this.#row;
    const sums = this.#sums;
    const size = this.#size;
    for (let i = 0; i < size; i++) {
      const scaled = weight * (row[i] ?? 0);
      const start = i * size;
      for (let j = 0; j <= i; j++) sums[start + j] = (sums[start + j] ?? 0) + scaled * (row[j] ?? 0);
    }
  }

  /** Most steps have no calls: only what is there is multiplied. */
  #fillRow(calls: Float64Array, newest: number, y: number): number {
    const row = this.#row;
    const present = this.#present;
    let count = 1;
    row[0] = 1;
    for (let i = 1; i < this.#inputs; i++) {
      const value = calls[newest - i + 1] ?? 0;
      row[i] = value;
      if (value !== 0) present[count++] = i;
    }
    row[this.#inputs] = y;
    present[count++] = this.#inputs;
    return count;
  }

  /** Fits again what was learned so far, with at most so many lags. */
  solve(mostLags = LAGS): void {
    const sums = this.#sums;
    if (!(at(sums, 0) > 0)) return;
    const square = at(sums, this.#size + 1);
    const supported = Math.floor(this.#rows / SAMPLES_PER_INPUT);
    const inputs = square > 0 ? Math.max(1, Math.min(this.#inputs, supported, mostLags + 1)) : 1;
    this.#ridge.fill(RIDGE * square);
    this.#ridge[0] = 0;
    factorize(sums, this.#ridge, this.#factor, this.#size, inputs);
    const last = this.#inputs * this.#size;
    for (let j = 0; j < inputs; j++) this.#factor[last + j] = at(sums, last + j);
    reduce(this.#factor, this.#inputs, this.#size, inputs);
    this.lags = this.#chooseLags(inputs);
    this.weights.fill(0);
    solveBack(this.#factor, this.#inputs, this.weights, this.#size, this.lags + 1);
  }

  #chooseLags(inputs: number): number {
    const last = this.#inputs * this.#size;
    const observed = this.#observed / this.#growth;
    const penalty = this.#penalty * Math.log(Math.max(observed, 2));
    const squares = at(this.#sums, last + this.#inputs);
    const floor = squares * SMALLEST_VARIANCE + Number.MIN_VALUE;
    let left = squares;
    let best = Infinity;
    let chosen = 0;
    for (let lags = 0; lags < inputs; lags++) {
      left -= at(this.#factor, last + lags) ** 2;
      if (lags > 0 && lags < this.#fewest) continue;
      const criterion = observed * Math.log(Math.max(left, floor)) + lags * penalty;
      if (criterion >= best) continue;
      best = criterion;
      chosen = lags;
    }
    return chosen;
  }

  /** CPU that the fit expects; the calls of lag l are calls[newest − l]. */
  predict(calls: Float64Array, newest: number): number {
    let sum = this.weights[0] ?? 0;
    for (let i = 1; i <= this.lags; i++) sum += (this.weights[i] ?? 0) * (calls[newest - i + 1] ?? 0);
    return sum;
  }

  /**
   * How the sum of the lags' weights depends on each input: a sample's residual moves it by its weight × Σ result ×
   * inputs. Overwrites the last solution's right-hand side, not its weights.
   */
  influence(result: Float64Array): void {
    const last = this.#inputs * this.#size;
    for (let j = 0; j <= this.lags; j++) this.#factor[last + j] = j === 0 ? 0 : 1;
    reduce(this.#factor, this.#inputs, this.#size, this.lags + 1);
    solveBack(this.#factor, this.#inputs, result, this.#size, this.lags + 1);
    for (let j = 0; j <= this.lags; j++) result[j] = at(result, j) * this.#growth;
  }
}
