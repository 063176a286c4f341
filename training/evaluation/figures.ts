import { LEVELS } from '#forecast/levels.ts';
import { persistence } from '#forecast/persistence.ts';
import { pinball } from '#forecast/score.ts';
import type { Evaluation, Outcome } from './rolling-origin.ts';

/** How one forecaster did, over persistence's figures where it is a ratio. */
export interface Figures {
  readonly origins: number;
  readonly nextMae: number;
  readonly nextRmse: number;
  /** Pinball loss of the peak's p50, p90, p95 and p99. */
  readonly pinball: readonly number[];
  /** Share of peaks at or under their p50, p90, p95 and p99: no ratio. */
  readonly coverage: readonly number[];
}

/** Errors added up over origins of any number of histories, each divided by its own persistence's mean first. */
interface Sums {
  readonly absolute: number;
  readonly squared: number;
  readonly nexts: number;
  readonly pinball: readonly number[];
  readonly covered: readonly number[];
  readonly peaks: number;
}

/** Figures of each forecaster of one evaluation. */
export function figuresOf(evaluation: Evaluation): ReadonlyMap<string, Figures> {
  const base = sumsOf(evaluation, evaluation.outcomes.get(persistence.name));
  return new Map(
    [...evaluation.outcomes].map(([name, outcome]) => {
      const own = sumsOf(evaluation, outcome);
      const figures = {
        origins: own.peaks,
        nextMae: own.absolute / base.absolute,
        nextRmse: Math.sqrt(own.squared / base.squared),
        pinball: own.pinball.map((loss, level) => loss / (base.pinball[level] ?? NaN)),
        coverage: own.covered.map((count) => count / own.peaks),
      };
      return [name, figures];
    }),
  );
}

function sumsOf({ actualNext, actualPeak, outcomes }: Evaluation, outcome: Outcome | undefined): Sums {
  const all = [...outcomes.values()];
  const sums = { absolute: 0, squared: 0, nexts: 0, peaks: 0 };
  const losses = LEVELS.map(() => 0);
  const covered = LEVELS.map(() => 0);
  for (let k = 0; k < actualNext.length; k++) {
    const error = (actualNext[k] ?? NaN) - (outcome?.next[k] ?? NaN);
    // Origins at which any forecaster was silent count for none.
    if (!Number.isNaN(error) && all.every(({ next }) => !Number.isNaN(next[k] ?? NaN))) {
      sums.absolute += Math.abs(error);
      sums.squared += error ** 2;
      sums.nexts++;
    }
    const peak = actualPeak[k] ?? NaN;
    if (Number.isNaN(peak) || all.some(({ quantiles }) => Number.isNaN(quantiles[0]?.[k] ?? NaN))) continue;
    sums.peaks++;
    for (const [level, [, share]] of LEVELS.entries()) {
      const forecast = outcome?.quantiles[level]?.[k] ?? NaN;
      losses[level] = (losses[level] ?? 0) + pinball(peak, forecast, share);
      covered[level] = (covered[level] ?? 0) + (peak <= forecast ? 1 : 0);
    }
  }
  return { ...sums, pinball: losses, covered };
}
