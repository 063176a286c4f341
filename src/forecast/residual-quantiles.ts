import type { ForecastPath } from './forecaster.ts';
import { LEVELS } from './levels.ts';
import { SortedWindow } from './sorted-window.ts';
import { at } from './trailing-maximum.ts';

/** Origins that residual quantiles rest on: two hours at 15 s. */
const MEMORY = 480;

/** Every call begins with them anew: no call interrupts another. */
const early = new SortedWindow(MEMORY);
const mature = new SortedWindow(MEMORY);

/** Forecasters that learn as they go need a quarter of an hour at 15 s before their residuals are typical. */
export const LEARNING_STEPS = 60;

/** How a forecaster's peaks are calibrated; left out, residuals count in full and in the metric's unit. */
export interface Calibration {
  /**
   * What residuals are measured in, so that those of a quiet hour hold in a busy one: in the unit of the row at which
   * they became known, which a jump has raised already.
   */
  readonly unit?: Float64Array | undefined;
  /**
   * The base is a quantile already, which residuals shift only as far as they can tell: with n of them in horizons of
   * h steps about n ÷ h × (1 − level) are beyond it, and k such count for k ÷ (k + 4).
   */
  readonly shrinks?: boolean;
  /**
   * The first rows of a window are made with little past; what was wrong with them says nothing of later ones. So many
   * are left out once as many later ones are known. @default 0
   */
  readonly burnIn?: number;
}

/**
 * `base` plus, for each of `levels`, the rolling quantile of how far past peaks lay above it: additive conformal
 * calibration. Row i uses only origins whose horizon had ended by i (j ≤ i − horizonSteps), the newest 480.
 */
export function addResidualQuantiles(
  base: Float64Array,
  peaks: Float64Array,
  horizonSteps: number,
  levels: readonly number[],
  { unit, shrinks = false, burnIn = 0 }: Calibration = {},
): Float64Array[] {
  const { length } = base;
  const paths = new Float64Array(levels.length * length);
  early.clear();
  mature.clear();
  for (let i = 0; i < length; i++) {
    const origin = i - horizonSteps;
    const size = unit === undefined ? 1 : at(unit, i);
    const residual = origin < 0 ? NaN : (at(peaks, origin) - at(base, origin)) / size;
    if (!Number.isNaN(residual)) {
      if (mature.size < burnIn) early.add(residual);
      if (origin >= burnIn) mature.add(residual);
    }
    const residuals = mature.size < burnIn ? early : mature;
    for (let k = 0; k < levels.length; k++) {
      const level = levels[k] ?? 0;
      const share = shrinks ? shareOf((residuals.size / horizonSteps) * (1 - level)) : 1;
      paths[k * length + i] = at(base, i) + share * residuals.quantile(level) * size;
    }
  }
  return levels.map((_, k) => paths.subarray(k * length, (k + 1) * length));
}

const ALL_LEVELS = LEVELS.map(([, level]) => level);

/** As above, for all four levels around one base. */
export function quantilesAround(
  base: Float64Array,
  peaks: Float64Array,
  horizonSteps: number,
  calibration?: Calibration,
): ForecastPath['peak'] {
  const paths = addResidualQuantiles(base, peaks, horizonSteps, ALL_LEVELS, calibration);
  const [p50 = base, p90 = base, p95 = base, p99 = base] = paths;
  return { p50, p90, p95, p99 };
}

function shareOf(beyond: number): number {
  return beyond / (beyond + 4);
}
