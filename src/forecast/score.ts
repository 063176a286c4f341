import type { ForecastPath } from './forecaster.ts';
import { LEVELS } from './levels.ts';
import { at } from './trailing-maximum.ts';

/** Origins that calibration sees before any is scored, and the fewest scored ones that say anything. */
const WARM_UP = 20;
const FEWEST_SCORED = 20;

/**
 * The past origins on which forecasters are compared: those whose peak is known and which came after 20 others had
 * ended, so that no score rests on uncalibrated rows. Empty where fewer than 20 remain.
 */
export function scoredOrigins(peaks: Float64Array, horizonSteps: number): readonly number[] {
  const origins: number[] = [];
  let ended = 0;
  for (let i = 0; i < peaks.length; i++) {
    if (!Number.isNaN(at(peaks, i - horizonSteps))) ended++;
    if (ended >= WARM_UP && !Number.isNaN(at(peaks, i))) origins.push(i);
  }
  return origins.length >= FEWEST_SCORED ? origins : [];
}

/** Pinball loss of one quantile forecast (Koenker and Bassett, 1978). */
export function pinball(actual: number, forecast: number, level: number): number {
  const error = actual - forecast;
  return error >= 0 ? level * error : (level - 1) * error;
}

/** Mean over the origins of the pinball losses of p50, p90, p95 and p99 added up; in the metric's unit. */
export function peakLoss(path: ForecastPath, peaks: Float64Array, origins: readonly number[]): number {
  let sum = 0;
  for (const [name, level] of LEVELS) {
    const forecasts = path.peak[name];
    for (const i of origins) sum += pinball(at(peaks, i), at(forecasts, i), level);
  }
  return origins.length === 0 ? NaN : sum / origins.length;
}

/** Mean absolute error of the next value over the origins after which there was one; NaN without any. */
export function nextError(path: ForecastPath, values: Float64Array, origins: readonly number[]): number {
  let sum = 0;
  let count = 0;
  for (const i of origins) {
    const error = Math.abs(at(values, i + 1) - at(path.next, i));
    if (Number.isNaN(error)) continue;
    sum += error;
    count++;
  }
  return count === 0 ? NaN : sum / count;
}

/** Share of the origins whose peak was at or under their p95; null without origins. */
export function peakCoverage(
  path: ForecastPath,
  peaks: Float64Array,
  origins: readonly number[],
): number | null {
  if (origins.length === 0) return null;
  return origins.filter((i) => at(peaks, i) <= at(path.peak.p95, i)).length / origins.length;
}

/**
 * `loss` over the baseline's, both raised by a millionth of the largest peak: on a constant past both losses are 0
 * and the skill is 1, and a forecaster that is wrong there gets a large number, not an infinite one.
 */
export function skillOf(
  loss: number,
  baseline: number,
  peaks: Float64Array,
  origins: readonly number[],
): number {
  const floor = 1e-6 * origins.reduce((largest, i) => Math.max(largest, at(peaks, i)), 0);
  return floor === 0 && baseline === 0 ? 1 : (loss + floor) / (baseline + floor);
}
