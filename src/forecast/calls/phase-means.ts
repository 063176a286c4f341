import { at } from '../trailing-maximum.ts';

/** An older minute's calls count 3 % less. */
const KEPT = 0.97;
/** The mean over all phases counts as much as so many minutes. */
const PRIOR_MINUTES = 1;
const MINUTE_MS = 60_000;

/**
 * Calls to expect in a step: the mean of those at the same place in the minute, for schedulers start at its beginning;
 * where a minute is no whole number of steps, the mean of all.
 */
export class PhaseMeans {
  readonly #sums: Float64Array;
  readonly #weights: Float64Array;
  /** What is kept of all calls in a step, so that over a minute it is KEPT. */
  readonly #kept: number;
  #sum = 0;
  #weight = 0;

  constructor(stepMs: number) {
    const steps = MINUTE_MS / stepMs;
    const phases = Number.isInteger(steps) && steps <= 60 ? steps : 1;
    this.#sums = new Float64Array(phases);
    this.#weights = new Float64Array(phases);
    this.#kept = KEPT ** (1 / phases);
  }

  learn(step: number, calls: number): void {
    const phase = step % this.#sums.length;
    this.#sums[phase] = at(this.#sums, phase) * KEPT + calls;
    this.#weights[phase] = at(this.#weights, phase) * KEPT + 1;
    this.#sum = this.#sum * this.#kept + calls;
    this.#weight = this.#weight * this.#kept + 1;
  }

  /** 0 before any were learned. */
  expect(step: number): number {
    if (this.#weight === 0) return 0;
    const phase = step % this.#sums.length;
    const prior = (this.#sum / this.#weight) * PRIOR_MINUTES;
    return (at(this.#sums, phase) + prior) / (at(this.#weights, phase) + PRIOR_MINUTES);
  }

  /** What to expect in the steps from `step` on, into target[from…end): a minute repeats. */
  fill(step: number, target: Float64Array, from: number): void {
    const phases = this.#sums.length;
    for (let k = from; k < target.length; k++) {
      target[k] = k < from + phases ? this.expect(step + k - from) : at(target, k - phases);
    }
  }
}
