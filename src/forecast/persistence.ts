import { carried } from './carried.ts';
import type { Forecaster, ForecastPath, MetricWindow } from './forecaster.ts';
import { pastPeaks } from './past-peaks.ts';
import { quantilesAround } from './residual-quantiles.ts';

/** Peaks of all four levels as residual quantiles around one base. */
export function peaksAround(base: Float64Array, window: MetricWindow): ForecastPath['peak'] {
  return quantilesAround(base, pastPeaks(window), window.horizonSteps);
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
