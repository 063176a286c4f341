import { nowcastForecaster } from './calls/nowcast-forecaster.ts';
import { calibratedPath } from './calibrated-path.ts';
import { followChoice } from './choice.ts';
import type { Forecaster, ForecastPath, MetricWindow } from './forecaster.ts';
import { histogram } from './histogram.ts';
import { pastPeaks } from './past-peaks.ts';
import { persistence } from './persistence.ts';
import { recentPeak } from './recent-peak.ts';
import { FEWEST_SCORED, nextErrors, peakCoverage, peakLosses, scoredOrigins, skillOf } from './score.ts';
import { at } from './trailing-maximum.ts';

/** Forecasters by the name that an annotation may give them. */
export type Forecasters = ReadonlyMap<string, Forecaster>;

/** Those that need no model. */
export const FORECASTERS: Forecasters = new Map(
  [persistence, histogram, recentPeak, nowcastForecaster].map((forecaster) => [forecaster.name, forecaster]),
);

/** Losses over persistence's. */
interface UsualLoss {
  readonly peak: number;
  readonly next: number;
}

const AS_PERSISTENCE: UsualLoss = { peak: 1, next: 1 };

/**
 * Of CPU, about what the card of the model shipped says of generated and recorded functions that nothing was learned
 * from: an hour of one function tells little by itself. Of memory the hour tells more than other functions did.
 */
const USUAL_CPU_LOSS: Readonly<Record<string, UsualLoss>> = {
  lstm: { peak: 0.88, next: 1.05 },
  histogram: { peak: 1.4, next: 4 },
};

/** What is used where the past is too short to tell, and kept unless another is clearly better: the best usually. */
function usualForecaster(
  metric: MetricWindow['metric'],
  samples: number,
  forecasters: Forecasters,
): Forecaster {
  if (metric === 'memory') return recentPeak;
  return [...forecasters.values()]
    .filter((one) => suits(one, metric, samples))
    .reduce((best, one) => (usualLoss(one).peak < usualLoss(best).peak ? one : best), persistence);
}

function usualLoss({ name }: Pick<Forecaster, 'name'>): UsualLoss {
  return USUAL_CPU_LOSS[name] ?? AS_PERSISTENCE;
}

/** A forecaster that was asked for or chosen, and how it did on the window's own past. */
export interface Selected {
  /** Of the peak. */
  readonly forecaster: string;
  /** Of the next value: chosen apart. */
  readonly nextForecaster: string;
  readonly path: ForecastPath;
  /** The peak's pinball loss over persistence's; null where fewer than 20 origins could be scored. */
  readonly skill: number | null;
  /** Absolute error of the next value over persistence's; null as above. */
  readonly nextSkill: number | null;
  /** Share of past peaks at or under their p95; null as above. */
  readonly coverage: number | null;
}

/** A candidate with its rows and its losses at the scored origins. */
interface Judged {
  readonly name: string;
  readonly path: ForecastPath;
  readonly peakLosses: Float64Array;
  readonly nextErrors: Float64Array;
}

/**
 * The forecasters for this window, named or `auto`, one for the peak and one for the next value; null where nothing
 * can be said (no samples, or a name unknown).
 *
 * `auto` climbs a ladder. Without samples: nothing. With fewer than a model or a default needs: persistence. Then what
 * is usually best (CPU the network where there is one, memory recent-peak) until 20 origins can be scored. From there on
 * the one with the smallest loss on the window's own past, which counts beside what is usual and with hysteresis
 * (`followChoice`), and never one that is worse than persistence by both together. A name is obeyed for the metrics it
 * is for, except below its `minimumSamples`, where it is persistence.
 */
export function selectForecaster(
  name: string,
  window: MetricWindow,
  forecasters: Forecasters = FORECASTERS,
): Selected | null {
  const samples = window.control.reduce((count, value) => (Number.isNaN(value) ? count : count + 1), 0);
  if (samples === 0 || (name !== 'auto' && !forecasters.has(name))) return null;
  const peaks = pastPeaks(window);
  const origins = scoredOrigins(peaks, window.horizonSteps);
  const first = firstFor(name, window.metric, samples, forecasters);
  const compares = name === 'auto' && origins.length > 0;
  const others = compares ? [...forecasters.values()] : [];
  const candidates = new Set([
    persistence,
    first,
    ...others.filter((other) => suits(other, window.metric, samples)),
  ]);
  const judged = [...candidates].map((candidate) => judge(candidate, window, peaks, origins));
  const start = [...candidates].indexOf(first);
  const [peak, next] =
    name === 'auto' ? chooseBoth(judged, start, window.metric) : [judged[start], judged[start]];
  const [base] = judged;
  if (base === undefined || peak === undefined || next === undefined) return null;
  const largest = origins.reduce((most, i) => Math.max(most, at(peaks, i)), 0);
  return {
    forecaster: peak.name,
    nextForecaster: next.name,
    path: { next: next.path.next, peak: peak.path.peak },
    skill: skillOf(peak.peakLosses, base.peakLosses, largest),
    nextSkill: skillOf(next.nextErrors, base.nextErrors, largest),
    coverage: peakCoverage(peak.path, peaks, origins),
  };
}

/** Of the peak and of the next value; before anything is scored persistence tells the next value best. */
function chooseBoth(
  judged: readonly Judged[],
  start: number,
  metric: MetricWindow['metric'],
): readonly [Judged | undefined, Judged | undefined] {
  const usual = (of: keyof UsualLoss): readonly number[] | undefined =>
    metric === 'cpu' ? judged.map((one) => usualLoss(one)[of]) : undefined;
  const peaks = judged.map(({ peakLosses: losses }) => losses);
  const nexts = judged.map(({ nextErrors: errors }) => errors);
  return [
    judged[followChoice(peaks, start, FEWEST_SCORED, usual('peak'))],
    judged[followChoice(nexts, 0, FEWEST_SCORED, usual('next'))],
  ];
}

function suits(
  { metric, minimumSamples, byNameOnly }: Forecaster,
  wanted: MetricWindow['metric'],
  samples: number,
): boolean {
  return byNameOnly !== true && samples >= minimumSamples && (metric === undefined || metric === wanted);
}

function firstFor(
  name: string,
  metric: MetricWindow['metric'],
  samples: number,
  forecasters: Forecasters,
): Forecaster {
  const named = forecasters.get(name);
  const first =
    named !== undefined && (named.metric ?? metric) === metric
      ? named
      : usualForecaster(metric, samples, forecasters);
  return samples < first.minimumSamples ? persistence : first;
}

function judge(
  forecaster: Forecaster,
  window: MetricWindow,
  peaks: Float64Array,
  origins: readonly number[],
): Judged {
  const path = calibratedPath(forecaster, window, peaks);
  return {
    name: forecaster.name,
    path,
    peakLosses: peakLosses(path, peaks, origins),
    nextErrors: nextErrors(path, window.values, origins),
  };
}

/** The last row of a column; null where it is NaN. */
export function newest(column: Float64Array): number | null {
  const value = at(column, column.length - 1);
  return Number.isNaN(value) ? null : value;
}
