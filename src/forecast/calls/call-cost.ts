import { at } from '../trailing-maximum.ts';
import type { LaggedEquations } from './lagged-equations.ts';
import { INPUTS, LAGS } from './lagged-equations.ts';
import type { ResponseSeries } from './response-series.ts';

/** What one call costs, in CPU-seconds. */
export interface CallCost {
  readonly cpuSecondsPerCall: number;
  readonly standardError: number;
}

/** Fewer samples tell nothing. */
const FEWEST_SAMPLES = 12;

/** The sum of the response over all lags, times the step. */
export function callCost(
  series: ResponseSeries,
  equations: LaggedEquations,
  stepSeconds: number,
): CallCost | null {
  if (equations.order < 2) return null;
  const influence = new Float64Array(INPUTS);
  equations.influence(influence);
  let sum = 0;
  let square = 0;
  let count = 0;
  for (let q = 1; q < equations.order; q++) sum += at(equations.weights, q);
  for (let i = 0; i < series.length; i++) {
    if (!series.learnable(i, equations.order - 1, i)) continue;
    const error = at(series.values, i) - equations.predict(series.calls, i + LAGS);
    let effect = at(influence, 0);
    for (let q = 1; q < equations.order; q++) effect += at(influence, q) * at(series.calls, i + LAGS - q + 1);
    square += (error * effect) ** 2;
    count++;
  }
  if (count < FEWEST_SAMPLES) return null;
  const unit = (series.coresUnit / series.callsUnit) * stepSeconds;
  return {
    cpuSecondsPerCall: Math.max(0, sum) * unit,
    standardError: Math.sqrt((square * count) / Math.max(1, count - equations.order)) * unit,
  };
}
