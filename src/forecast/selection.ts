import { calibratedPath } from './calibrated-path.ts';
import type { Forecaster, ForecastPath, MetricWindow } from './forecaster.ts';
import { histogram } from './histogram.ts';
import { pastPeaks } from './past-peaks.ts';
import { persistence } from './persistence.ts';
import { recentPeak } from './recent-peak.ts';
import { nextError, peakCoverage, peakLoss, scoredOrigins, skillOf } from './score.ts';
import { at } from './trailing-maximum.ts';

/** Every forecaster by the name an annotation may give it. */
export const FORECASTERS: ReadonlyMap<string, Forecaster> = new Map(
  [persistence, histogram, recentPeak].map((forecaster) => [forecaster.name, forecaster]),
);

/** What is used where the past is too short to tell, and kept unless another is clearly better. */
const DEFAULTS: Readonly<Record<MetricWindow['metric'], Forecaster>> = {
  cpu: persistence,
  memory: recentPeak,
};

/**
 * How much smaller a loss must be to replace the default. Differences under 3 % were noise on 366 origins; without
 * a margin the choice, and with it the size, would flip from one cycle to the next.
 */
const MARGIN = 0.05;

/** A forecaster that was asked for or chosen, and how it did on the window's own past. */
export interface Selected {
  readonly forecaster: string;
  readonly path: ForecastPath;
  /** Pinball loss over persistence's; null where fewer than 20 origins could be scored. */
  readonly skill: number | null;
  /** Share of past peaks at or under their p95; null as above. */
  readonly coverage: number | null;
}

interface Judged {
  readonly forecaster: Forecaster;
  readonly path: ForecastPath;
  readonly skill: number | null;
}

/**
 * The forecaster for this window, named or `auto`; null where nothing can be said (no samples, or a name unknown).
 *
 * `auto`: with fewer samples than the metric's default needs, persistence. Then the default (CPU persistence, memory
 * recent-peak) until 20 origins can be scored. From there on the one with the smallest pinball loss, if it is at
 * least 5 % below the default's; and persistence where the default itself is worse than persistence. A name is
 * obeyed, except below its `minimumSamples`, where it is persistence.
 */
export function selectForecaster(name: string, window: MetricWindow): Selected | null {
  const samples = window.control.reduce((count, value) => (Number.isNaN(value) ? count : count + 1), 0);
  if (samples === 0 || (name !== 'auto' && !FORECASTERS.has(name))) return null;
  const peaks = pastPeaks(window);
  const origins = scoredOrigins(peaks, window.horizonSteps);
  const judge = judgeOn(window, peaks, origins);
  const base = judge(persistence);
  const candidates = candidatesFor(name, window.metric, samples, origins.length > 0);
  const judged = candidates.map((forecaster) => (forecaster === persistence ? base : judge(forecaster)));
  const chosen = choose(judged, base);
  return {
    forecaster: chosen.forecaster.name,
    path: withBetterNext(chosen.path, base.path, window, origins),
    skill: chosen.skill,
    coverage: peakCoverage(chosen.path, peaks, origins),
  };
}

/** The forecasters worth running, the one to keep first. */
function candidatesFor(
  name: string,
  metric: MetricWindow['metric'],
  samples: number,
  scored: boolean,
): readonly Forecaster[] {
  const first = FORECASTERS.get(name) ?? DEFAULTS[metric];
  if (samples < first.minimumSamples) return [persistence];
  if (name !== 'auto' || !scored) return [first];
  return [first, ...[...FORECASTERS.values()].filter((other) => other !== first)];
}

function judgeOn(
  window: MetricWindow,
  peaks: Float64Array,
  origins: readonly number[],
): (forecaster: Forecaster) => Judged {
  const baseline = { loss: NaN };
  return (forecaster) => {
    const path = calibratedPath(forecaster, window, peaks);
    const loss = peakLoss(path, peaks, origins);
    if (forecaster === persistence) baseline.loss = loss;
    const skill = origins.length === 0 ? null : skillOf(loss, baseline.loss, peaks, origins);
    return { forecaster, path, skill };
  };
}

function choose(judged: readonly Judged[], base: Judged): Judged {
  const [first = base, ...others] = judged;
  if (others.length === 0 || first.skill === null) return first;
  const kept = first.skill > 1 ? base : first;
  const best = others.reduce(
    (least, other) => ((other.skill ?? 1) < (least.skill ?? 1) ? other : least),
    kept,
  );
  return (best.skill ?? 1) <= (kept.skill ?? 1) * (1 - MARGIN) ? best : kept;
}

/** The peak's forecaster need not be the one for the next step: where persistence's error is smaller, its value. */
function withBetterNext(
  path: ForecastPath,
  base: ForecastPath,
  window: MetricWindow,
  origins: readonly number[],
): ForecastPath {
  const own = nextError(path, window.values, origins);
  return own > nextError(base, window.values, origins) ? { ...path, next: base.next } : path;
}

/** The last row of a column; null where it is NaN. */
export function newest(column: Float64Array): number | null {
  const value = at(column, column.length - 1);
  return Number.isNaN(value) ? null : value;
}
