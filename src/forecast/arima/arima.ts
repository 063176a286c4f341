import type { Forecaster, ForecastPath, MetricWindow } from '../forecaster.ts';
import { LEVELS } from '../levels.ts';
import { at } from '../trailing-maximum.ts';
import type { LinearModel } from './linear-model.ts';
import { searchOrder } from './order-search.ts';
import { PeakSimulation } from './peak-simulation.ts';

/** Fewest samples that a model is fitted to, and the most: an hour at 15 s. */
const FEWEST = 30;
const MOST = 240;
/** Paths are drawn for an hour at 15 s at most; a later peak counts as one within it. */
const FARTHEST = 240;

/** Samples after which the order is searched again: 30, 60, 120, 180, 240, then every 240. */
function dueAt(samples: number): boolean {
  return samples === FEWEST || (samples <= MOST ? samples % 60 === 0 : samples % MOST === 0);
}

/** What is said of one origin: means of the next values, and the model that made them. */
type Visit = (row: number, means: Float64Array, model: LinearModel) => void;

/**
 * Runs through a series once. Gaps are closed up: the samples on both sides count as neighbours, so a gap costs one odd
 * step and adds no invented ones. Each model is fitted to the newest 240 samples up to `dueAt`, then filters the
 * samples after it until the next one: no row knows what came later. Rows without a model are not visited.
 */
function filterForward(series: Float64Array, steps: number, visit: Visit): void {
  const samples = new Float64Array(series.length);
  let count = 0;
  let model: LinearModel | null = null;
  let fitted = 0;
  for (let row = 0; row < series.length; row++) {
    if (Number.isNaN(at(series, row))) continue;
    samples[count++] = at(series, row);
    if (dueAt(count)) {
      model?.destroy();
      fitted = Math.min(count, MOST);
      model = searchOrder(samples.slice(count - fitted, count), steps);
    }
    if (model !== null) visit(row, model.means(samples.slice(count - fitted, count)), model);
  }
  model?.destroy();
}

/** The last value at every row that has none of its own, then, over gaps, the newest row. */
function completed(column: Float64Array, series: Float64Array): Float64Array {
  let newest = NaN;
  return column.map((value, row) => {
    const fallback = Number.isNaN(at(series, row)) ? newest : at(series, row);
    newest = Number.isFinite(value) ? value : fallback;
    return newest;
  });
}

function nextValues(values: Float64Array): Float64Array {
  const next = new Float64Array(values.length).fill(NaN);
  filterForward(values, 1, (row, means) => {
    next[row] = at(means, 0);
  });
  return completed(next, values);
}

function peaksOf(control: Float64Array, horizonSteps: number): ForecastPath['peak'] {
  const steps = Math.min(horizonSteps, FARTHEST);
  const simulation = new PeakSimulation(steps);
  const columns = LEVELS.map(() => new Float64Array(control.length).fill(NaN));
  let drawnFrom: LinearModel | null = null;
  let deviations: Float64Array = new Float64Array(0);
  filterForward(control, steps, (row, means, model) => {
    if (model !== drawnFrom) deviations = simulation.deviations(model);
    drawnFrom = model;
    for (const [k, value] of simulation.quantiles(means, deviations).entries()) {
      const column = columns[k];
      if (column !== undefined) column[row] = value;
    }
  });
  const [p50, p90, p95, p99] = columns.map((column) => completed(column, control));
  const none = new Float64Array(control.length).fill(NaN);
  return { p50: p50 ?? none, p90: p90 ?? none, p95: p95 ?? none, p99: p99 ?? none };
}

function forecast({ values, control, horizonSteps }: MetricWindow): ForecastPath {
  return { next: nextValues(values), peak: peaksOf(control, horizonSteps) };
}

/**
 * ARIMA with an order search, for those who ask for it by name. `next` is the model's mean, the peaks are quantiles of
 * paths drawn from it. Below 30 samples, and on a constant, it is the last value. It takes 30 to 100 ms of CPU for a
 * series of 240 samples, a hundred times what the others take, and CPU has two: for comparison, not for every cycle.
 */
export const arima: Forecaster = { name: 'arima', minimumSamples: FEWEST, byNameOnly: true, forecast };
