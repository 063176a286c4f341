import type { SizedSeries } from './sized-series.ts';
import type { Sizing, Timing } from './timing.ts';

/**
 * The exact peak of the steps for which a decision is in force: what no forecast at this cadence and delay can beat
 * without being short. NaN where all of them are gaps.
 */
export function oracleSizing({ use }: SizedSeries, { cadenceSteps, delaySteps, to }: Timing): Sizing {
  return (step) => {
    const effect = step + 1 + delaySteps;
    let peak = NaN;
    for (let i = effect; i < Math.min(effect + cadenceSteps, to); i++) {
      const value = use[i] ?? NaN;
      if (!Number.isNaN(value) && !(value <= peak)) peak = value;
    }
    return peak;
  };
}
