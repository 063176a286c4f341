import { LEVELS } from '#forecast/levels.ts';
import { pinball } from '#forecast/score.ts';
import type { Evaluation, Outcome } from './rolling-origin.ts';

/** One evaluation in figures. Origins at which a forecaster was silent count for none. */
export interface EvaluationFigures {
  /** Origins whose next value, and whose peak, could be judged. */
  readonly nexts: number;
  readonly peaks: number;
  /** The baseline's own errors. */
  readonly baseline: Means;
  readonly forecasters: ReadonlyMap<string, Figures>;
}

/** How one forecaster did. Ratios are to the baseline over the same origins; NaN where the baseline made no error. */
export interface Figures {
  readonly nextMae: number;
  readonly nextRmse: number;
  /** Pinball loss of the peak's p50, p90, p95 and p99. */
  readonly pinball: readonly number[];
  /** Share of peaks at or under their p50, p90, p95 and p99: no ratio. */
  readonly coverage: readonly Share[];
}

/** Mean errors, in cores or bytes. */
export interface Means {
  readonly nextMae: number;
  readonly nextRmse: number;
  readonly pinball: readonly number[];
}

/** A share of counted things that come in blocks: within a block they are not independent. */
export interface Share {
  readonly share: number;
  readonly blocks: readonly Block[];
}

interface Block {
  readonly hits: number;
  readonly count: number;
}

export function figuresOf(evaluation: Evaluation): EvaluationFigures {
  const places = judgedPlaces(evaluation);
  const baseline = meansOf(evaluation, evaluation.baseline, places);
  const figures = (outcome: Outcome): Figures => {
    const means = meansOf(evaluation, outcome, places);
    return {
      nextMae: means.nextMae / baseline.nextMae,
      nextRmse: means.nextRmse / baseline.nextRmse,
      pinball: means.pinball.map((loss, level) => loss / (baseline.pinball[level] ?? NaN)),
      coverage: LEVELS.map((_, level) => coverageOf(evaluation, outcome.quantiles[level], places.peaks)),
    };
  };
  return {
    nexts: places.nexts.length,
    peaks: places.peaks.length,
    baseline,
    forecasters: new Map([...evaluation.outcomes].map(([name, outcome]) => [name, figures(outcome)])),
  };
}

interface Places {
  readonly nexts: readonly number[];
  readonly peaks: readonly number[];
}

function judgedPlaces({ actualNext, actualPeak, baseline, outcomes }: Evaluation): Places {
  const all = [baseline, ...outcomes.values()];
  return {
    nexts: judged(
      actualNext,
      all.map(({ next }) => next),
    ),
    peaks: judged(
      actualPeak,
      all.flatMap(({ quantiles }) => quantiles),
    ),
  };
}

/** Places at which something came and every forecaster had said something. */
function judged(actual: Float64Array, forecasts: readonly Float64Array[]): readonly number[] {
  return [...actual.keys()].filter(
    (k) => !Number.isNaN(actual[k] ?? NaN) && forecasts.every((column) => !Number.isNaN(column[k] ?? NaN)),
  );
}

function meansOf(
  { actualNext, actualPeak }: Evaluation,
  { next, quantiles }: Outcome,
  { nexts, peaks }: Places,
): Means {
  const error = (k: number): number => (actualNext[k] ?? NaN) - (next[k] ?? NaN);
  return {
    nextMae: meanOver(nexts, (k) => Math.abs(error(k))),
    nextRmse: Math.sqrt(meanOver(nexts, (k) => error(k) ** 2)),
    pinball: LEVELS.map(([, share], level) =>
      meanOver(peaks, (k) => pinball(actualPeak[k] ?? NaN, quantiles[level]?.[k] ?? NaN, share)),
    ),
  };
}

function meanOver(places: readonly number[], of: (k: number) => number): number {
  return places.reduce((sum, k) => sum + of(k), 0) / places.length;
}

/** In blocks of one horizon: peaks of origins within it share their steps. */
function coverageOf(
  { origins, horizonSteps, actualPeak }: Evaluation,
  quantile: Float64Array | undefined,
  peaks: readonly number[],
): Share {
  const blocks = new Map<number, { hits: number; count: number }>();
  for (const k of peaks) {
    const key = Math.floor((origins[k] ?? NaN) / horizonSteps);
    const block = blocks.get(key) ?? { hits: 0, count: 0 };
    block.count++;
    if ((actualPeak[k] ?? NaN) <= (quantile?.[k] ?? NaN)) block.hits++;
    blocks.set(key, block);
  }
  return shareOf([...blocks.values()]);
}

/** The share over all blocks. */
export function shareOf(blocks: readonly Block[]): Share {
  const hits = blocks.reduce((sum, block) => sum + block.hits, 0);
  const count = blocks.reduce((sum, block) => sum + block.count, 0);
  return { share: hits / count, blocks };
}

/**
 * Standard error of a share whose blocks are independent of each other but not within: that of a ratio over clusters
 * (Cochran, Sampling Techniques, 1977, 6.4), with B ÷ (B − 1). NaN with fewer than two blocks.
 */
export function standardError({ share, blocks }: Share): number {
  const count = blocks.reduce((sum, block) => sum + block.count, 0);
  const squares = blocks.reduce((sum, block) => sum + (block.hits - share * block.count) ** 2, 0);
  return blocks.length < 2 ? NaN : Math.sqrt((squares * blocks.length) / (blocks.length - 1)) / count;
}
