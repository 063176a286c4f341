import type { Forecaster, ForecastPath, MetricWindow } from './forecaster.ts';
import { byQuantile, LEVELS } from './levels.ts';
import {
  addResidualQuantiles,
  type Calibration,
  LEARNING_STEPS,
  quantilesAround,
} from './residual-quantiles.ts';
import { at } from './trailing-maximum.ts';

/**
 * A forecaster's path as it may be used: each quantile calibrated on the window's own past (unless the forecaster
 * did so itself), never negative, and p50 ≤ p90 ≤ p95 ≤ p99 at every origin. Still no row knows what came after it.
 */
export function calibratedPath(
  forecaster: Forecaster,
  window: MetricWindow,
  peaks: Float64Array,
): ForecastPath {
  const raw = forecaster.forecast(window);
  const peak =
    forecaster.calibrated === true
      ? raw.peak
      : calibrated(raw.peak, peaks, window.horizonSteps, {
          unit: raw.unit,
          shrinks: forecaster.ownQuantiles === true,
          burnIn: raw.unit === undefined ? 0 : LEARNING_STEPS,
        });
  const p50 = raised(peak.p50, undefined);
  const p90 = raised(peak.p90, p50);
  const p95 = raised(peak.p95, p90);
  return { next: raised(raw.next, undefined), peak: { p50, p90, p95, p99: raised(peak.p99, p95) } };
}

/** Where all quantiles have one base, they share its residuals. */
function calibrated(
  peak: ForecastPath['peak'],
  peaks: Float64Array,
  horizonSteps: number,
  calibration: Calibration,
): ForecastPath['peak'] {
  if (LEVELS.every(([name]) => peak[name] === peak.p50)) {
    return quantilesAround(peak.p50, peaks, horizonSteps, calibration);
  }
  return byQuantile((name, level) => {
    const [path = peak[name]] = addResidualQuantiles(peak[name], peaks, horizonSteps, [level], calibration);
    return path;
  });
}

/** Each entry at least the floor's, or at least 0; NaN stays. */
function raised(path: Float64Array, floor: Float64Array | undefined): Float64Array {
  const result = new Float64Array(path.length);
  for (let i = 0; i < path.length; i++) {
    result[i] = Math.max(at(path, i), floor === undefined ? 0 : at(floor, i));
  }
  return result;
}
