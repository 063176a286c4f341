import { SortedWindow } from './sorted-window.ts';
import { at } from './trailing-maximum.ts';

/** Origins that residual quantiles rest on: two hours at 15 s. */
const MEMORY = 480;

/**
 * `base` plus, for each of `levels`, the rolling quantile of how far past peaks lay above it: additive conformal
 * calibration. Row i uses only origins whose horizon had ended by i (j ≤ i − horizonSteps), the newest 480.
 */
export function addResidualQuantiles(
  base: Float64Array,
  peaks: Float64Array,
  horizonSteps: number,
  levels: readonly number[],
): Float64Array[] {
  const paths = levels.map(() => new Float64Array(base.length).fill(NaN));
  const residuals = new SortedWindow(MEMORY);
  for (let i = 0; i < base.length; i++) {
    const origin = i - horizonSteps;
    const residual = at(peaks, origin) - at(base, origin);
    if (!Number.isNaN(residual)) residuals.add(residual);
    for (const [k, path] of paths.entries()) path[i] = at(base, i) + residuals.quantile(levels[k] ?? 0);
  }
  return paths;
}
