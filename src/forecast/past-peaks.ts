import type { MetricWindow } from './forecaster.ts';
import { at, trailingMaximum } from './trailing-maximum.ts';

/** Selection and the forecasters that it compares ask for the same. */
const known = new WeakMap<MetricWindow, Float64Array>();

/**
 * What each origin's peak turned out to be: the maximum of `control` over the `horizonSteps` steps after it. NaN
 * where that is not known or not to be learned from: the horizon is not over, or the origin or any step of its
 * horizon is a gap or censored (use under a limit is the limit, not the demand).
 */
export function pastPeaks(window: MetricWindow): Float64Array {
  const before = known.get(window);
  if (before !== undefined) return before;
  const peaks = findPeaks(window);
  known.set(window, peaks);
  return peaks;
}

function findPeaks({ control, censored, horizonSteps }: MetricWindow): Float64Array {
  const peaks = new Float64Array(control.length).fill(NaN);
  const maximum = trailingMaximum(control, horizonSteps);
  let usable = 0;
  for (let i = 0; i < control.length; i++) {
    usable = Number.isNaN(at(control, i)) || censored[i] === 1 ? 0 : usable + 1;
    if (usable > horizonSteps) peaks[i - horizonSteps] = at(maximum, i);
  }
  return peaks;
}
