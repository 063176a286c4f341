import { SortedWindow } from './sorted-window.ts';
import { at } from './trailing-maximum.ts';

/** Origins that residual quantiles rest on: two hours at 15 s. */
const MEMORY = 480;

/** Forecasters that learn as they go need a quarter of an hour at 15 s before their residuals are typical. */
export const LEARNING_STEPS = 60;

/** How a forecaster's peaks are calibrated; left out, residuals count in full and in the metric's unit. */
export interface Calibration {
  /**
   * What residuals are measured in, so that those of a quiet hour hold in a busy one: in the scale of the row at which
   * they became known, which a jump has raised already.
   */
  readonly scale?: Float64Array | undefined;
  /**
   * The base is a quantile already, which residuals shift only as far as they can tell: with n of them in horizons of
   * h steps about n ÷ h × (1 − level) are beyond it, and k such count for k ÷ (k + 1).
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
  { scale, shrinks = false, burnIn = 0 }: Calibration = {},
): Float64Array[] {
  const paths = levels.map(() => new Float64Array(base.length).fill(NaN));
  const capacity = Math.min(MEMORY, base.length);
  const [all, mature] = [new SortedWindow(capacity), new SortedWindow(capacity)];
  for (let i = 0; i < base.length; i++) {
    const origin = i - horizonSteps;
    const unit = scale === undefined ? 1 : at(scale, i);
    const residual = origin < 0 ? NaN : (at(peaks, origin) - at(base, origin)) / unit;
    if (!Number.isNaN(residual)) {
      if (mature.size < burnIn) all.add(residual);
      if (origin >= burnIn) mature.add(residual);
    }
    const residuals = mature.size < burnIn ? all : mature;
    for (const [k, path] of paths.entries()) {
      const level = levels[k] ?? 0;
      const share = shrinks ? shareOf((residuals.size / horizonSteps) * (1 - level)) : 1;
      path[i] = at(base, i) + share * residuals.quantile(level) * unit;
    }
  }
  return paths;
}

function shareOf(beyond: number): number {
  return beyond / (beyond + 1);
}
