import { carried } from './carried.ts';
import type { Forecaster } from './forecaster.ts';
import { peaksAround } from './persistence.ts';
import { at, trailingMaximum } from './trailing-maximum.ts';

/**
 * Samples the maximum is taken over: 20 minutes at 15 s. On the last third of the study's memory this had 0.71, 0.78,
 * 0.36 and 0.17 of persistence's pinball loss at p50, p90, p95 and p99 of the peak of 20 steps, and networks did worse
 * than persistence; on the 500 rows before, where it drifts down after a rise, it had 1.74, 1.25, 1.13 and 1.10.
 */
const RECENT_SAMPLES = 80;

/** Maximum of the last 80 samples, gaps not counted; carried over gaps. */
function recentMaximum(control: Float64Array): Float64Array {
  const present = new Float64Array(control.length);
  let count = 0;
  for (let i = 0; i < control.length; i++) {
    if (!Number.isNaN(at(control, i))) present[count++] = at(control, i);
  }
  const maximum = trailingMaximum(present.subarray(0, count), RECENT_SAMPLES);
  const result = new Float64Array(control.length);
  let seen = 0;
  for (let i = 0; i < control.length; i++) {
    if (!Number.isNaN(at(control, i))) seen++;
    result[i] = at(maximum, seen - 1);
  }
  return result;
}

/** The maximum of the recent past plus residual quantiles: memory's default. The next value is the last one. */
export const recentPeak: Forecaster = {
  name: 'recent-peak',
  minimumSamples: 20,
  calibrated: true,
  forecast: (window) => ({
    next: carried(window.values),
    peak: peaksAround(recentMaximum(window.control), window),
  }),
};
