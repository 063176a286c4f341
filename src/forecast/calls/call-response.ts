import { at } from '../trailing-maximum.ts';
import { callCost, type CallCost } from './call-cost.ts';
import { LAGS, LaggedEquations } from './lagged-equations.ts';
import { PhaseMeans } from './phase-means.ts';
import { ResidualMemory } from './residual-memory.ts';
import { FEWEST_LAGS, ResponseSeries } from './response-series.ts';

/** How far ahead the path goes. */
export const RESPONSE_STEPS = 20;
/** A sample two hours old (at 15 s) counts half. */
const HALF_LIFE_STEPS = 480;
/**
 * On generated functions half of the Bayesian criterion's penalty forecasts best: with all of it a rate's window is
 * found too late, with less than a third increments get lags that they do not have.
 */
const LAG_PENALTY = 0.5;
/** Steps between two fits, and fits between two for which all lags are tried. */
const STEPS_PER_FIT = 4;
const FITS_PER_SEARCH = 4;
/** Residuals of which more than this share is left a step later are not those of one call. */
const LASTING = 0.5;
/** Lags beyond those of the response that the cost looks at. */
const SPARE_LAGS = 2;

/** How CPU answers to calls. */
export interface CallResponse {
  /** CPU cores explained by idle use and calls at each step, by the fit known at that step. */
  readonly fitted: Float64Array;
  /** n × 20, row-major: CPU cores expected at step i + h (h = 1…20), made at i; never negative. */
  readonly path: Float64Array;
  /**
   * CPU-seconds that one call costs, with its standard error, as of the last row; null while nothing can be told (no
   * calls, too few samples, or always as many calls). Fitted when first asked for: forecasts do without.
   */
  readonly cost: CallCost | null;
}

/**
 * The impulse response of CPU to calls, learned as samples come: row i is made with samples 0…i only. CPU is explained
 * by idle use and the calls of up to 22 steps (see {@link LaggedEquations}), fitted every four steps. The path goes on
 * with the calls that are usual at that place in the minute, and with what is left of the last residual.
 * @param values CPU cores in each step; NaN is a gap.
 * @param calls started in each step; NaN is unknown; null: none were counted.
 * @param usable 0 where a sample must not be learned from (censored). It may still raise the path, never lower it.
 */
export function respondToCalls(
  values: Float64Array,
  calls: Float64Array | null,
  usable: Uint8Array,
  stepMs: number,
): CallResponse {
  const series = new ResponseSeries(values, calls, usable);
  const response = new RunningResponse(series, stepMs);
  const fitted = new Float64Array(values.length);
  const path = new Float64Array(values.length * RESPONSE_STEPS);
  for (let i = 0; i < values.length; i++) {
    response.learn(i);
    fitted[i] = series.toCores(response.explained(i));
    response.writePath(i, path);
  }
  const { lagsToSearch } = response;
  let cost: CallCost | null | undefined;
  return {
    fitted,
    path,
    get cost() {
      if (cost === undefined) cost = callCost(series, lagsToSearch, stepMs / 1000);
      return cost;
    },
  };
}

class RunningResponse {
  readonly equations = new LaggedEquations(HALF_LIFE_STEPS, {
    lags: LAGS,
    fewest: FEWEST_LAGS,
    penalty: LAG_PENALTY,
  });
  readonly #series: ResponseSeries;
  readonly #phases: PhaseMeans;
  #residuals = new ResidualMemory();
  readonly #window = new Float64Array(LAGS + RESPONSE_STEPS);
  readonly #roots = new Float64Array(2);
  readonly #counts = new Float64Array(2);
  #residual = 0;
  #last = NaN;
  #learned = 0;
  #nextReview = 8;

  constructor(series: ResponseSeries, stepMs: number) {
    this.#series = series;
    this.#phases = new PhaseMeans(stepMs);
  }

  /** Where residuals last, calls may work for longer than the fit says. */
  get lagsToSearch(): number {
    return this.#residuals.persistence > LASTING
      ? LAGS
      : Math.max(this.equations.lags, FEWEST_LAGS) + SPARE_LAGS;
  }

  learn(i: number): void {
    const series = this.#series;
    this.#learnCalls(i);
    this.equations.forget();
    if (series.learnable(i, this.equations.lags, i)) {
      this.#add(i, this.#residuals);
      this.#learned++;
      if (this.#learned === this.#nextReview) this.#again(i);
      if (this.#learned % STEPS_PER_FIT === 0 || this.#learned < 8 || i === series.length - 1) {
        this.#solve();
      }
    }
    this.#follow(i);
  }

  /** All lags are tried at every fourth fit; the others try few more than are in use. */
  #solve(): void {
    const all = this.#learned % (STEPS_PER_FIT * FITS_PER_SEARCH) === 0 || this.#learned < 8;
    this.equations.solve(all ? LAGS : Math.max(4, this.equations.lags + 1));
  }

  /** What the fit says; as long as there is none, the last sample. */
  explained(i: number): number {
    return this.#learned > 0 ? this.fitted(i) : Number.isNaN(this.#last) ? 0 : this.#last;
  }

  fitted(i: number): number {
    return this.equations.predict(this.#series.calls, i + LAGS);
  }

  /** Unknown calls become those that are usual at this place in the minute. */
  #learnCalls(i: number): void {
    const { calls } = this.#series;
    if (this.#series.callsKnown(i)) this.#phases.learn(i, at(calls, i + LAGS));
    else calls[i + LAGS] = this.#phases.expect(i);
  }

  #add(i: number, residuals: ResidualMemory): void {
    const { equations } = this;
    const series = this.#series;
    const y = at(series.values, i);
    const active = series.active(i, equations.lags);
    const error = y - this.fitted(i);
    const weight = this.#learned < 8 ? 1 : residuals.weigh(error, active);
    if (this.#learned >= 4) residuals.learn(error, active);
    equations.add(series.calls, i + LAGS, y, weight);
  }

  /**
   * Learns everything again, weighted by the residuals of what is known now. This happens at 8, 32, 128… samples (each
   * is learned 1.3 times more at most), so that a start-up at the beginning, when nothing could tell that it was none
   * of the usual, is recognised later.
   */
  #again(until: number): void {
    const { equations } = this;
    const series = this.#series;
    this.#nextReview *= 4;
    equations.solve();
    equations.clear();
    const residuals = new ResidualMemory();
    this.#measure(until, residuals);
    for (let i = 0; i <= until; i++) {
      equations.forget();
      if (series.learnable(i, equations.lags, until)) this.#add(i, residuals);
      else residuals.skip();
    }
    this.#residuals = residuals;
  }

  #measure(until: number, residuals: ResidualMemory): void {
    const series = this.#series;
    const { lags } = this.equations;
    this.#roots.fill(0);
    this.#counts.fill(0);
    for (let i = 0; i <= until; i++) {
      if (!series.learnable(i, lags, until)) continue;
      const kind = series.active(i, lags) ? 1 : 0;
      this.#roots[kind] = at(this.#roots, kind) + Math.sqrt(Math.abs(at(series.values, i) - this.fitted(i)));
      this.#counts[kind] = at(this.#counts, kind) + 1;
    }
    residuals.begin(this.#roots, this.#counts);
  }

  /** What the last sample was above or below the fit; it fades over a gap. */
  #follow(i: number): void {
    const y = at(this.#series.values, i);
    if (Number.isNaN(y)) {
      this.#residual *= this.#residuals.persistence;
      this.#residuals.skip();
      return;
    }
    const residual = y - this.fitted(i);
    this.#residual = this.#series.usable(i) ? residual : Math.max(0, residual);
    this.#last = y;
  }

  /** Expected CPU of the next steps, into row i of the path. */
  writePath(i: number, path: Float64Array): void {
    const { equations } = this;
    const series = this.#series;
    const start = i * RESPONSE_STEPS;
    if (this.#learned === 0) {
      if (!Number.isNaN(this.#last)) path.fill(series.toCores(this.#last), start, start + RESPONSE_STEPS);
      return;
    }
    this.#fillWindow(i);
    const persistence = this.#residuals.persistence;
    let left = this.#residual;
    for (let h = 0; h < RESPONSE_STEPS; h++) {
      left *= persistence;
      path[start + h] = series.toCores(Math.max(0, equations.predict(this.#window, LAGS + h) + left));
    }
  }

  /** The calls of the last 22 steps and those to expect in the next 20. */
  #fillWindow(i: number): void {
    if (this.equations.lags === 0) return;
    const { calls } = this.#series;
    for (let k = 0; k < LAGS; k++) this.#window[k] = at(calls, i + 1 + k);
    this.#phases.fill(i + 1, this.#window, LAGS);
  }
}
