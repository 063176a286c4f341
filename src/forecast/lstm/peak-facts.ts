import { RESPONSE_STEPS } from '../calls/call-response.ts';
import { RecursiveRegression } from '../calls/recursive-regression.ts';
import { LEVELS } from '../levels.ts';
import { pastPeaks } from '../past-peaks.ts';
import { addResidualQuantiles, LEARNING_STEPS } from '../residual-quantiles.ts';
import { SortedWindow } from '../sorted-window.ts';
import { at } from '../trailing-maximum.ts';
import { pathMaximum } from '../calls/control-path.ts';
import type { WindowFacts } from '../calls/window-facts.ts';

/** What the window's own past says about the peak of the next `steps` steps; in the metric's unit above `control`. */
export interface PeakFacts {
  readonly steps: number;
  /** The largest value that the response to calls expects within them. */
  readonly pathMaximum: Float64Array;
  /** Regressions of the median and p90, fitted as peaks become known. */
  readonly online: { readonly p50: Float64Array; readonly p90: Float64Array };
  /** Empirical quantiles of what followed, one column a level. */
  readonly residuals: readonly Float64Array[];
  /** The path's maximum with the quantiles of what past ones missed, one column a level: no rise but a value. */
  readonly expected: readonly Float64Array[];
}

const REGRESSION = { halfLifeSteps: 480, ridge: 0.3, updatesPerSolve: 4 };
/** Regressed changes are of the order of 0.1 scales; the regression's own constants are meant for 1. */
const UNIT = 10;
const INPUTS = 7;
/** A peak is at most this many scales above the value before: more is noise of a fit on few rows. */
const LARGEST_RISE = 3;

/** `recentMaximum` is that of the last 20 samples, `mean` the decayed mean; both of `control`. */
export interface PeakContext {
  readonly facts: WindowFacts;
  readonly path: Float64Array;
  readonly mean: Float64Array;
  readonly recentMaximum: Float64Array;
}

/** Row i rests on peaks whose horizon had ended by i. */
export function peakFacts(context: PeakContext, steps: number): PeakFacts {
  const { facts } = context;
  const { control, scale, window } = facts;
  const peaks = pastPeaks({ ...window, horizonSteps: steps });
  const maximum = pathMaximum(context.path, steps);
  const rows = regressors(context, maximum);
  const regressions = [0.5, 0.9].map((level) => new RecursiveRegression(INPUTS, { ...REGRESSION, level }));
  const online = regressions.map(() => new Float64Array(control.length));
  const residuals = LEVELS.map(() => new Float64Array(control.length));
  const rises = new SortedWindow(control.length);
  for (let i = 0; i < control.length; i++) {
    const origin = i - steps;
    const rise = at(peaks, origin) - at(control, origin);
    if (!Number.isNaN(rise)) {
      rises.add(rise);
      const scaled = (rise / at(scale, origin)) * UNIT;
      for (const regression of regressions) regression.update(rows, origin * INPUTS, scaled);
    }
    for (const [k, column] of online.entries()) {
      const predicted = (regressions[k]?.predict(rows, i * INPUTS) ?? 0) / UNIT;
      column[i] = Math.min(Math.max(predicted, 0), LARGEST_RISE) * at(scale, i);
    }
    for (const [k, column] of residuals.entries()) column[i] = rises.quantile(LEVELS[k]?.[1] ?? 0);
  }
  const [p50, p90] = online;
  const levels = LEVELS.map(([, level]) => level);
  const expected = addResidualQuantiles(maximum, peaks, steps, levels, { scale, burnIn: LEARNING_STEPS });
  return {
    steps,
    pathMaximum: maximum,
    online: { p50: p50 ?? maximum, p90: p90 ?? maximum },
    residuals,
    expected,
  };
}

/** n × 7, in scales above the value now. */
function regressors({ facts, path, mean, recentMaximum }: PeakContext, maximum: Float64Array): Float64Array {
  const { control, scale } = facts;
  const rows = new Float64Array(control.length * INPUTS);
  for (let i = 0; i < control.length; i++) {
    const now = at(control, i);
    if (Number.isNaN(now)) continue;
    const s = at(scale, i);
    const row = i * INPUTS;
    rows[row] = 0.3;
    rows[row + 1] = (at(mean, i) - now) / s;
    rows[row + 2] = (at(maximum, i) - now) / s;
    rows[row + 3] = (at(path, i * RESPONSE_STEPS) - now) / s;
    rows[row + 4] = (at(path, i * RESPONSE_STEPS + 7) - now) / s;
    rows[row + 5] = (at(recentMaximum, i) - now) / s;
    const before = at(control, i - 1);
    rows[row + 6] = Number.isNaN(before) ? 0 : (now - before) / s;
  }
  return rows;
}
