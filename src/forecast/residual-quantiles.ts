import { SortedWindow } from './sorted-window.ts';
import { at } from './trailing-maximum.ts';

/** Origins that residual quantiles rest on: two hours at 15 s. */
const MEMORY = 480;

/**
 * `base` plus, for each of `levels`, the rolling quantile of how far past peaks lay above it: additive conformal
 * calibration. Row i uses only origins whose horizon had ended by i (j ≤ i − horizonSteps), the newest 480. Residuals
 * are measured in `scale` where one is given, so that those of a quiet hour hold in a busy one: in that of the row at
 * which they became known, which a jump has raised already.
 */
export function addResidualQuantiles(
  base: Float64Array,
  peaks: Float64Array,
  horizonSteps: number,
  levels: readonly number[],
  scale?: Float64Array,
): Float64Array[] {
  const paths = levels.map(() => new Float64Array(base.length).fill(NaN));
  const residuals = new SortedWindow(Math.min(MEMORY, base.length));
  for (let i = 0; i < base.length; i++) {
    const origin = i - horizonSteps;
    const unit = scale === undefined ? 1 : at(scale, i);
    const residual = (at(peaks, origin) - at(base, origin)) / unit;
    if (!Number.isNaN(residual)) residuals.add(residual);
    for (const [k, path] of paths.entries())
      path[i] = at(base, i) + residuals.quantile(levels[k] ?? 0) * unit;
  }
  return paths;
}
