import { carried } from './carried.ts';
import type { Forecaster, ForecastPath, MetricWindow } from './forecaster.ts';
import { LEVELS } from './levels.ts';
import { pastPeaks } from './past-peaks.ts';
import { addResidualQuantiles } from './residual-quantiles.ts';

/** Peaks of all four levels as residual quantiles around one base. */
export function peaksAround(base: Float64Array, window: MetricWindow): ForecastPath['peak'] {
  const levels = LEVELS.map(([, level]) => level);
  const [p50, p90, p95, p99] = addResidualQuantiles(base, pastPeaks(window), window.horizonSteps, levels);
  return { p50: p50 ?? base, p90: p90 ?? base, p95: p95 ?? base, p99: p99 ?? base };
}

/**
 * The honest baseline: the next value is the last one, and the peak lies above it as past peaks lay above theirs
 * (empirical quantiles of max(control[i + 1 … i + h]) − control[i] over past origins whose horizon is complete).
 */
export const persistence: Forecaster = {
  name: 'persistence',
  minimumSamples: 1,
  calibrated: true,
  forecast: (window) => ({
    next: carried(window.values),
    peak: peaksAround(carried(window.control), window),
  }),
};
