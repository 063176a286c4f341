import { at } from '../trailing-maximum.ts';

/** Residuals from which on they are held for something that happened, not for noise, in root mean squares. */
const OUTLIER = 4;
const FEWEST = 4;
/** An older residual counts 1 % less. */
const KEPT = 0.99;
/** Persistence is taken for 0.9 (a rate over minutes) with the weight of four residuals, and never for more than 0.97. */
const PRIOR_PERSISTENCE = 0.9;
const PRIOR_STEPS = 4;
const MOST_PERSISTENT = 0.97;

/** How large residuals usually are, apart for steps with and without recent calls, and how long they last. */
export class ResidualMemory {
  readonly #squares = new Float64Array(2);
  readonly #weights = new Float64Array(2);
  #square = 0;
  #weight = 0;
  #product = 0;
  #last = NaN;

  /** Huber's weight of a residual: 1, and less than that from four times the usual size on. */
  weigh(error: number, active: boolean): number {
    const kind = active ? 1 : 0;
    const weight = at(this.#weights, kind);
    const limit = OUTLIER * Math.sqrt(at(this.#squares, kind) / weight);
    const size = Math.abs(error);
    return weight < FEWEST || size <= limit || limit === 0 ? 1 : limit / size;
  }

  /** Begins with residuals that were measured before, by the mean of the roots of their sizes, which outliers hardly move. */
  begin(roots: Float64Array, counts: Float64Array): void {
    for (let kind = 0; kind < 2; kind++) {
      if (!(at(counts, kind) >= FEWEST)) continue;
      // For normal residuals the fourth power of that mean is 0.46 of the variance.
      this.#squares[kind] = ((at(roots, kind) / at(counts, kind)) ** 4 / 0.46) * FEWEST;
      this.#weights[kind] = FEWEST;
    }
  }

  learn(error: number, active: boolean): void {
    const kind = active ? 1 : 0;
    const clipped = error * this.weigh(error, active);
    this.#squares[kind] = at(this.#squares, kind) * KEPT + clipped * clipped;
    this.#weights[kind] = at(this.#weights, kind) * KEPT + 1;
    if (Number.isFinite(this.#last)) {
      this.#square = this.#square * KEPT + this.#last * this.#last;
      this.#product = this.#product * KEPT + this.#last * clipped;
      this.#weight = this.#weight * KEPT + 1;
    }
    this.#last = clipped;
  }

  /** After a gap the next residual has no predecessor. */
  skip(): void {
    this.#last = NaN;
  }

  /** Share of a residual that is left a step later, 0…0.97 (first-order autoregression). */
  get persistence(): number {
    const prior = this.#weight > 0 ? (PRIOR_STEPS * this.#square) / this.#weight : 1;
    const share = (this.#product + PRIOR_PERSISTENCE * prior) / (this.#square + prior);
    return Number.isFinite(share) ? Math.min(Math.max(share, 0), MOST_PERSISTENT) : PRIOR_PERSISTENCE;
  }
}
