import type { Toolkit } from '#forecast/predict-usage.ts';
import { peakHistory } from '#forecast/peak-history.ts';
import type { Observed } from '#page/observed.ts';
import { withRemembered } from '#page/remembered-decisions.ts';
import type { Observation } from '../observe/observation.ts';
import type { Decisions } from './decisions.ts';

/** A look at everything as the page takes it, with the decisions that are known, and forecasts for all of the window. */
export function observedPage(
  { target, at, stepMs, horizonMs, functions, notes }: Observation,
  { of }: Decisions,
  toolkit: Toolkit,
): Observed {
  return {
    target,
    at,
    stepMs,
    notes,
    functions: functions.map(({ live, usage, forecast, recommendation, calls, state }) => ({
      live,
      usage,
      forecast,
      calls,
      recommended: recommendation?.to ?? null,
      decisions: withRemembered(of(live), state, live),
      pastPeaks: () => peakHistory(usage, { at, stepMs, horizonMs }, toolkit),
    })),
  };
}
