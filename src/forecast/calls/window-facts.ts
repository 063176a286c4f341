import { stepsPerMean } from '#core/usage/sixty-second-mean.ts';
import { respondToCalls } from './call-response.ts';
import { controlPath } from './control-path.ts';
import { nowcast } from './nowcast.ts';
import { carried } from '../carried.ts';
import type { MetricWindow } from '../forecaster.ts';
import { LEARNING_STEPS } from '../residual-quantiles.ts';
import { SortedWindow } from '../sorted-window.ts';
import { at, trailingMaximum } from '../trailing-maximum.ts';

/** Scales are taken from the newest so many samples: an hour at 15 s. */
const SCALE_SAMPLES = 240;

/**
 * The largest samples that the scale leaves out, as long as one start-up shows in means of a minute; in proportion
 * while there are fewer than LEARNING_STEPS samples.
 */
const LEFT_OUT = 5;

/** No function uses less than this much: a microcore keeps scaled changes finite on a window of zeros. */
const SMALLEST_SCALE = 1e-6;

/** What forecasts from calls are made of, for every row of a window; row i rests on samples 0…i only. */
export interface WindowFacts {
  readonly window: MetricWindow;
  /** As in the window, gaps carried; NaN before the first sample. */
  readonly control: Float64Array;
  readonly values: Float64Array;
  /** Samples that each control value is the mean of. */
  readonly meanSteps: number;
  /**
   * Half the rolling maximum of `control`, its few largest samples left out: a start-up of a second would make
   * everything else look like nothing. Rolling means, root mean squares and quantiles as scales were 1.1 to 1.9 times
   * worse.
   */
  readonly scale: Float64Array;
  /** Half the rolling maximum itself: what residuals are measured in, so that a jump counts no more than it is. */
  readonly unit: Float64Array;
  /** 0 where unknown. */
  readonly calls: Float64Array;
  readonly callsKnown: boolean;
  /** What the response expects of `control`, n × 20 row-major: see {@link controlPath}. */
  readonly path: Float64Array;
  /** The next of `values`. */
  readonly nowcast: Float64Array;
}

const known = new WeakMap<MetricWindow, WindowFacts>();

/** The facts of a window, worked out once for all forecasters that need them. */
export function factsOf(window: MetricWindow): WindowFacts {
  const before = known.get(window);
  if (before !== undefined) return before;
  const facts = makeFacts(window);
  known.set(window, facts);
  return facts;
}

function makeFacts(window: MetricWindow): WindowFacts {
  const control = carried(window.control);
  const values = window.values === window.control ? control : carried(window.values);
  const scale = robustScale(window.control);
  const usable = usableSteps(window);
  const response = respondToCalls(window.values, window.calls, usable, window.stepMs);
  const meanSteps = window.values === window.control ? 1 : stepsPerMean(window.stepMs);
  return {
    window,
    control,
    values,
    meanSteps,
    scale,
    unit: trailingMaximum(window.control, SCALE_SAMPLES).map(halved),
    calls: knownCalls(window),
    callsKnown: window.calls?.some((count) => !Number.isNaN(count)) ?? false,
    path: controlPath(values, control, meanSteps, response),
    nowcast: nowcast(window.values, window.calls, usable, response, scale),
  };
}

/** 1 where the sample is neither a gap nor censored: it may be learned from. */
function usableSteps({ values, censored }: MetricWindow): Uint8Array {
  const usable = new Uint8Array(values.length);
  for (let i = 0; i < usable.length; i++)
    usable[i] = Number.isNaN(at(values, i)) || censored[i] === 1 ? 0 : 1;
  return usable;
}

function knownCalls({ calls, control }: MetricWindow): Float64Array {
  const known = new Float64Array(control.length);
  if (calls === null) return known;
  for (let i = 0; i < known.length; i++) {
    const count = at(calls, i);
    known[i] = Number.isNaN(count) ? 0 : count;
  }
  return known;
}

function halved(size: number): number {
  return Math.max(0.5 * size, SMALLEST_SCALE);
}

function robustScale(control: Float64Array): Float64Array {
  const scale = new Float64Array(control.length).fill(NaN);
  const newest = new SortedWindow(SCALE_SAMPLES);
  for (let i = 0; i < control.length; i++) {
    const value = at(control, i);
    if (!Number.isNaN(value)) newest.add(value);
    const leftOut = Math.floor(LEFT_OUT * Math.min(1, newest.size / LEARNING_STEPS));
    if (newest.size > 0) scale[i] = halved(newest.largest(leftOut));
  }
  return scale;
}
