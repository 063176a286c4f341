import type { Draws } from './draws.ts';

/** How cAdvisor and Prometheus look at a function. */
export interface SamplingPlan {
  readonly periodS: number;
  /** By how much of itself the period differs from what it is meant to be. */
  readonly drift: number;
  /** Standard deviation of each sample's time. */
  readonly jitterS: number;
  /** Share of samples that are missing one by one. */
  readonly missedShare: number;
  /** Pieces without any sample. */
  readonly gaps: readonly { readonly fromS: number; readonly untilS: number }[];
  /**
   * How long before its stamp a value can have been read: 0 with cAdvisor's own stamps; with the scraper's
   * (`honorTimestamps: false`) as long as cAdvisor rests between two looks.
   */
  readonly restS: number;
  /** Whether the source knows when containers started. */
  readonly knowsStarts: boolean;
  /** Whether a container that starts again goes on in the same series, as a counter that falls. */
  readonly joinsRestarts: boolean;
  /** What the first pod's counter holds at its first sample. */
  readonly counterSeconds: number;
  readonly calls: CallSamplingPlan;
}

export interface CallSamplingPlan {
  readonly isCounted: boolean;
  /** Beside rates: whether the caller's log is known, not only the gateway's counter. */
  readonly isLogged: boolean;
  readonly periodS: number;
  /** How old the counter's value is at its stamp. */
  readonly lateS: number;
  readonly counter: number;
  /** Second at which the gateway starts again, from 0; Infinity for never. */
  readonly restartsAtS: number;
}

function drawCallSampling(draws: Draws, seconds: number): CallSamplingPlan {
  const periodS = draws.pick([5, 10, 15, 15, 30]);
  return {
    isCounted: draws.chance(0.75),
    isLogged: draws.chance(0.5),
    periodS,
    lateS: draws.chance(0.3) ? draws.between(0, periodS) : 0,
    counter: Math.round(draws.logBetween(1, 1e6)),
    restartsAtS: draws.chance(0.05) ? draws.between(0, seconds) : Infinity,
  };
}

function drawGaps(draws: Draws, seconds: number): SamplingPlan['gaps'] {
  if (!draws.chance(0.2)) return [];
  return Array.from({ length: draws.whole(1, 4) }, () => {
    const fromS = draws.between(0, seconds);
    return { fromS, untilS: fromS + 60 * draws.logBetween(1, 20) };
  });
}

export function drawSampling(draws: Draws, seconds: number): SamplingPlan {
  const periodS = draws.pick([10, 15, 15, 20, 30, 60, 60, 60]);
  return {
    periodS,
    drift: draws.pick([0, 0, 0.002, 0.01]) * draws.pick([-1, 1]),
    jitterS: Math.min(draws.pick([0, 0.5, 2, 5]), periodS / 5),
    missedShare: draws.chance(0.2) ? 0.03 : 0,
    gaps: drawGaps(draws, seconds),
    restS: draws.chance(0.25) ? draws.between(10, 15) : 0,
    knowsStarts: draws.chance(0.7),
    joinsRestarts: draws.chance(0.5),
    counterSeconds: draws.logBetween(0.1, 1e5),
    calls: drawCallSampling(draws, seconds),
  };
}
