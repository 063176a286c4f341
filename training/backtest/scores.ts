import { byQuantile } from '#forecast/levels.ts';
import { pinball } from '#forecast/score.ts';
import { at } from '#forecast/trailing-maximum.ts';
import { type QuantileColumns, quantilesAt } from './peak-quantiles.ts';
import type { Scores } from './report.ts';

/** What forecasts are scored on: the peaks that came after each step, NaN where that is not known. */
export interface Scored {
  readonly peaks: Float64Array;
  /** Steps after which a forecast was made. */
  readonly origins: readonly number[];
  readonly horizonSteps: number;
}

/**
 * Pinball loss and coverage of each quantile, over the origins at which both it and persistence have all of theirs.
 * Null without any.
 *
 * Horizons overlap, so their peaks are not independent: the standard error takes as many independent ones as horizons
 * fit side by side into the origins' span.
 */
export function scoresOf(columns: QuantileColumns, base: QuantileColumns, scored: Scored): Scores | null {
  const { peaks, horizonSteps } = scored;
  const origins = scored.origins.filter(
    (i) => !Number.isNaN(at(peaks, i)) && quantilesAt(columns, i) !== null && quantilesAt(base, i) !== null,
  );
  if (origins.length === 0) return null;
  const blocks = Math.max(1, spanOf(origins, scored.origins) / horizonSteps);
  const losses = { own: 0, base: 0 };
  const quantiles = byQuantile((name, level) => {
    const own = meanPinball(columns[name], peaks, origins, level);
    const reference = meanPinball(base[name], peaks, origins, level);
    losses.own += own;
    losses.base += reference;
    return {
      pinball: own,
      ratio: ratioOf(own, reference),
      coverage: origins.filter((i) => at(peaks, i) <= at(columns[name], i)).length / origins.length,
      standardError: Math.sqrt((level * (1 - level)) / blocks),
    };
  });
  return { origins: origins.length, quantiles, ratio: ratioOf(losses.own, losses.base) };
}

/** Steps that the used origins stand for: with fewer phases than steps in a cadence, each stands for several. */
function spanOf(used: readonly number[], all: readonly number[]): number {
  const [first = 0] = all;
  const whole = (all.at(-1) ?? first) - first + 1;
  return (whole * used.length) / all.length;
}

const ratioOf = (own: number, base: number): number | null => (base > 0 ? own / base : own === 0 ? 1 : null);

function meanPinball(
  forecasts: Float64Array,
  peaks: Float64Array,
  origins: readonly number[],
  level: number,
): number {
  const sum = origins.reduce((total, i) => total + pinball(at(peaks, i), at(forecasts, i), level), 0);
  return sum / origins.length;
}
