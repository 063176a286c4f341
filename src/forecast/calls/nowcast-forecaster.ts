import type { Forecaster } from '../forecaster.ts';
import { pathMaximum } from './control-path.ts';
import { factsOf } from './window-facts.ts';

/**
 * The response of CPU to calls alone, learned as it goes: the next value is the nowcast, the peak the largest value of
 * the expected path. Needs no training; without calls it tends to the mean.
 */
export const nowcastForecaster: Forecaster = {
  name: 'nowcast',
  metric: 'cpu',
  minimumSamples: 20,
  forecast(window) {
    const facts = factsOf(window);
    const peak = pathMaximum(facts.path, window.horizonSteps);
    return { next: facts.nowcast, peak: { p50: peak, p90: peak, p95: peak, p99: peak }, unit: facts.unit };
  },
};
