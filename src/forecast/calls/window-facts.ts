import { stepsPerMean } from '#core/usage/sixty-second-mean.ts';
import { type CallResponse, respondToCalls } from './call-response.ts';
import { nowcast } from './nowcast.ts';
import { carried } from '../carried.ts';
import type { MetricWindow } from '../forecaster.ts';
import { at, trailingMaximum } from '../trailing-maximum.ts';

/** The scale is half the largest value of this many steps: an hour at 15 s. */
const SCALE_STEPS = 240;

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
   * Half the rolling maximum of `control`. Rolling means, root mean squares and quantiles as scales were 1.1 to 1.9
   * times worse.
   */
  readonly scale: Float64Array;
  /** 1 where the sample is neither a gap nor censored: it may be learned from. */
  readonly usable: Uint8Array;
  /** 0 where unknown. */
  readonly calls: Float64Array;
  readonly callsKnown: boolean;
  readonly response: CallResponse;
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
  const scale = trailingMaximum(window.control, SCALE_STEPS).map((maximum) =>
    Math.max(0.5 * maximum, SMALLEST_SCALE),
  );
  const usable = window.values.map((value, i) => (Number.isNaN(value) || window.censored[i] === 1 ? 0 : 1));
  const usableFlags = Uint8Array.from(usable);
  const response = respondToCalls(window.values, window.calls, usableFlags, window.stepMs);
  return {
    window,
    control,
    values,
    meanSteps: window.values === window.control ? 1 : stepsPerMean(window.stepMs),
    scale,
    usable: usableFlags,
    calls: new Float64Array(control.length).map((_, i) => {
      const count = window.calls === null ? 0 : at(window.calls, i);
      return Number.isNaN(count) ? 0 : count;
    }),
    callsKnown: window.calls?.some((count) => !Number.isNaN(count)) ?? false,
    response,
    nowcast: nowcast(window.values, window.calls, usableFlags, response, scale),
  };
}
