import type { Forecaster, ForecastPath, MetricWindow } from './forecaster.ts';
import { LEVELS, type QuantileName } from './levels.ts';
import { addResidualQuantiles, LEARNING_STEPS } from './residual-quantiles.ts';
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
  const learns = raw.scale !== undefined;
  const calibration = {
    scale: raw.scale,
    shrinks: forecaster.ownQuantiles === true,
    burnIn: learns ? LEARNING_STEPS : 0,
  };
  const calibrate = (name: QuantileName, level: number): Float64Array =>
    forecaster.calibrated === true
      ? raw.peak[name]
      : (addResidualQuantiles(raw.peak[name], peaks, window.horizonSteps, [level], calibration)[0] ??
        raw.peak[name]);
  const ordered: Float64Array[] = [];
  for (const [name, level] of LEVELS) ordered.push(raised(calibrate(name, level), ordered.at(-1)));
  const [p50, p90, p95, p99] = ordered;
  const { peak } = raw;
  return {
    next: raised(raw.next, undefined),
    peak: { p50: p50 ?? peak.p50, p90: p90 ?? peak.p90, p95: p95 ?? peak.p95, p99: p99 ?? peak.p99 },
  };
}

/** Each entry at least the floor's, or at least 0; NaN stays. */
function raised(path: Float64Array, floor: Float64Array | undefined): Float64Array {
  return path.map((value, i) => Math.max(value, floor === undefined ? 0 : at(floor, i)));
}
