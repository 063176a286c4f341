import { pathMaximum } from '../calls/control-path.ts';
import type { WindowFacts } from '../calls/window-facts.ts';
import { LEVELS } from '../levels.ts';
import { pastPeaks } from '../past-peaks.ts';
import { SortedWindow } from '../sorted-window.ts';
import { at } from '../trailing-maximum.ts';

/** What the window's own past says about the peak of the steps ahead; row i rests on peaks whose horizon had ended by i. */
export interface PeakFacts {
  /** The largest value that the response to calls expects. */
  readonly pathMaximum: Float64Array;
  /** Quantiles of how far peaks lay above `control`, one column a level. */
  readonly rises: readonly Float64Array[];
}

export function peakFacts({ control, path, window }: WindowFacts, steps: number): PeakFacts {
  const peaks = pastPeaks(steps === window.horizonSteps ? window : { ...window, horizonSteps: steps });
  const levels = LEVELS.map(([, level]) => level);
  return {
    pathMaximum: pathMaximum(path, steps),
    rises: riseQuantiles(control, peaks, steps, levels),
  };
}

function riseQuantiles(
  control: Float64Array,
  peaks: Float64Array,
  steps: number,
  levels: readonly number[],
): readonly Float64Array[] {
  const columns = levels.map(() => new Float64Array(control.length));
  const rises = new SortedWindow(control.length);
  for (let i = 0; i < control.length; i++) {
    const rise = i < steps ? NaN : at(peaks, i - steps) - at(control, i - steps);
    if (!Number.isNaN(rise)) rises.add(rise);
    let k = 0;
    for (const column of columns) column[i] = rises.quantile(levels[k++] ?? 0);
  }
  return columns;
}
