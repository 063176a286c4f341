import { at } from '../trailing-maximum.ts';
import { LAGS, LaggedEquations } from './lagged-equations.ts';
import { FEWEST_LAGS, type ResponseSeries } from './response-series.ts';

/** What one call costs, in CPU-seconds. */
export interface CallCost {
  readonly cpuSecondsPerCall: number;
  readonly standardError: number;
}

/** Fewer samples tell nothing. */
const FEWEST_SAMPLES = 12;
const HALF_LIFE_STEPS = 480;
/** Fits, each weighted by the residuals of the one before; with many lags the last brings little for its time. */
const FITS = 3;
const MANY_LAGS = 8;
/** Residuals beyond so many deviations count less: without calls, and with calls, which cost much for once. */
const OUTLIER = 4;
const ACTIVE_OUTLIER = 8;
const FEWEST_IDLE = 8;
const SMALLEST_IDLE = 1e-4;

/**
 * The sum of the response over all its lags, times the step, with a standard error that allows for residuals of
 * different size and for residuals that belong together (Newey and West 1987). Increments are spread between two
 * samples, so that a call's CPU may begin in the step before it: that lag is looked at as well.
 */
export function callCost(series: ResponseSeries, lags: number, stepSeconds: number): CallCost | null {
  const cost = new CostFit(series, Math.min(lags, LAGS));
  const sum = cost.fit();
  if (sum === null) return null;
  const unit = (series.coresUnit / series.callsUnit) * stepSeconds;
  return { cpuSecondsPerCall: Math.max(0, sum) * unit, standardError: cost.standardError() * unit };
}

class CostFit {
  readonly #series: ResponseSeries;
  readonly #equations: LaggedEquations;
  readonly #lags: number;
  readonly #rows: Int32Array;
  readonly #errors: Float64Array;
  readonly #weights: Float64Array;
  readonly #active: Float64Array;
  #count = 0;

  constructor(series: ResponseSeries, lags: number) {
    this.#series = series;
    this.#lags = lags;
    this.#equations = new LaggedEquations(HALF_LIFE_STEPS, { lags, fewest: FEWEST_LAGS + 1, penalty: 1 });
    this.#rows = new Int32Array(series.length);
    this.#errors = new Float64Array(series.length);
    this.#active = new Float64Array(series.length);
    this.#weights = new Float64Array(series.length).fill(1);
    for (let i = 0; i + 1 < series.length; i++) {
      if (series.learnable(i, lags - 1, series.length) && series.callsKnown(i + 1))
        this.#rows[this.#count++] = i;
    }
  }

  fit(): number | null {
    if (this.#count < FEWEST_SAMPLES) return null;
    const fits = this.#lags > MANY_LAGS ? FITS - 1 : FITS;
    for (let pass = 0; pass < fits; pass++) {
      if (pass > 0) this.#weigh();
      this.#solve();
    }
    if (this.#equations.lags === 0) return null;
    let sum = 0;
    for (let k = 1; k <= this.#equations.lags; k++) sum += at(this.#equations.weights, k);
    return sum;
  }

  #solve(): void {
    const { calls, values } = this.#series;
    this.#equations.clear();
    let last = 0;
    for (let r = 0; r < this.#count; r++) {
      const i = this.#rows[r] ?? 0;
      for (; last < i; last++) this.#equations.forget();
      this.#equations.add(calls, i + 1 + LAGS, at(values, i), at(this.#weights, r));
    }
    this.#equations.solve();
    for (let r = 0; r < this.#count; r++) {
      const i = this.#rows[r] ?? 0;
      this.#errors[r] = at(values, i) - this.#equations.predict(calls, i + 1 + LAGS);
    }
  }

  /**
   * One over the variance that a sample's calls let expect (each call adds its own to that of idle use), less for
   * outliers.
   */
  #weigh(): void {
    const { idle, perCall } = this.#variances();
    for (let r = 0; r < this.#count; r++) {
      const variance = idle + perCall * at(this.#active, r);
      const square = at(this.#errors, r) ** 2 / variance;
      const limit = at(this.#active, r) === 0 ? OUTLIER : ACTIVE_OUTLIER;
      this.#weights[r] = (idle / variance) * (square > limit ** 2 ? limit / Math.sqrt(square) : 1);
    }
  }

  #variances(): { idle: number; perCall: number } {
    const lags = this.#equations.lags;
    let [idleRoots, idleRows, activeSquares, activeRows, calls] = [0, 0, 0, 0, 0];
    for (let r = 0; r < this.#count; r++) {
      let active = 0;
      const newest = (this.#rows[r] ?? 0) + 1 + LAGS;
      for (let k = 0; k < lags; k++) active += at(this.#series.calls, newest - k);
      this.#active[r] = active;
      calls += active;
      if (active > 0) activeSquares += at(this.#errors, r) ** 2;
      else idleRoots += Math.sqrt(Math.abs(at(this.#errors, r)));
      if (active > 0) activeRows++;
      else idleRows++;
    }
    const active = activeSquares / activeRows;
    // The mean of roots is hardly moved by outliers; for normal residuals its fourth power is 0.46 of the variance.
    const idle = idleRows < FEWEST_IDLE ? active * 0.1 : (idleRoots / idleRows) ** 4 / 0.46;
    const floor = Math.max(idle, active * SMALLEST_IDLE, Number.MIN_VALUE);
    return { idle: floor, perCall: Math.max(0, (active - floor) * activeRows) / calls };
  }

  standardError(): number {
    const { calls } = this.#series;
    const { lags } = this.#equations;
    const influence = new Float64Array(lags + 3);
    this.#equations.influence(influence);
    const effects = this.#errors;
    for (let r = 0; r < this.#count; r++) {
      const newest = (this.#rows[r] ?? 0) + 1 + LAGS;
      let effect = at(influence, 0);
      for (let k = 1; k <= lags; k++) effect += at(influence, k) * at(calls, newest - k + 1);
      effects[r] = at(this.#errors, r) * at(this.#weights, r) * effect;
    }
    let variance = 0;
    const width = lags + 2;
    for (let r = 0; r < this.#count; r++) {
      variance += at(effects, r) ** 2;
      for (let d = 1; d <= width && d <= r; d++) {
        variance += 2 * (1 - d / (width + 1)) * at(effects, r) * at(effects, r - d);
      }
    }
    return Math.sqrt((Math.max(0, variance) * this.#count) / Math.max(1, this.#count - lags - 1));
  }
}
