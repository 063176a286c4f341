import type { ForecastPath } from './forecaster.ts';
import { LEVELS } from './levels.ts';
import { at } from './trailing-maximum.ts';

/** Origins that calibration sees before any is scored, and the fewest scored ones that say anything. */
const WARM_UP = 20;
export const FEWEST_SCORED = 20;

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

/** Pinball losses of p50, p90, p95 and p99 added up, one entry an origin; in the metric's unit. */
export function peakLosses(
  path: ForecastPath,
  peaks: Float64Array,
  origins: readonly number[],
): Float64Array {
  const losses = new Float64Array(origins.length);
  for (const [name, level] of LEVELS) {
    const forecasts = path.peak[name];
    for (let k = 0; k < origins.length; k++) {
      const i = origins[k] ?? 0;
      losses[k] = at(losses, k) + pinball(at(peaks, i), at(forecasts, i), level);
    }
  }
  return losses;
}

/** Absolute error of the next value, one entry an origin; NaN where none came after it. */
export function nextErrors(
  path: ForecastPath,
  values: Float64Array,
  origins: readonly number[],
): Float64Array {
  const errors = new Float64Array(origins.length);
  for (let k = 0; k < origins.length; k++) {
    const i = origins[k] ?? 0;
    errors[k] = Math.abs(at(values, i + 1) - at(path.next, i));
  }
  return errors;
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

/** What is said of a forecaster that expects use where there never was any, and the baseline is right. */
const WRONG_ABOUT_NOTHING = 1e6;

/**
 * Losses over the baseline's, entries that are NaN in either left out, both raised by a millionth of `largest`: on a
 * constant past both losses are 0 and the skill is 1, and a forecaster that is wrong there gets a large number, not an
 * infinite one. Null without an entry.
 */
export function skillOf(losses: Float64Array, baseline: Float64Array, largest: number): number | null {
  let own = 0;
  let base = 0;
  let count = 0;
  for (let k = 0; k < losses.length; k++) {
    if (Number.isNaN(at(losses, k) + at(baseline, k))) continue;
    own += at(losses, k);
    base += at(baseline, k);
    count++;
  }
  if (count === 0) return null;
  const floor = 1e-6 * largest * count;
  if (base + floor === 0) return own === 0 ? 1 : WRONG_ABOUT_NOTHING;
  return (own + floor) / (base + floor);
}
