import { LEVELS } from '#forecast/levels.ts';
import { type EvaluationFigures, type Figures, shareOf, standardError } from './figures.ts';
import { type OverallReport, type ReportRow, rowOf } from './report.ts';

/** Fewer peaks than these say nothing of a function. */
const FEWEST_PEAKS = 20;

/** One metric over functions, from each one's figures. Those with under 20 peaks stay out. */
export function overallOf(
  metric: OverallReport['metric'],
  functions: readonly EvaluationFigures[],
): OverallReport {
  const counted = functions.filter(({ peaks }) => peaks >= FEWEST_PEAKS);
  const names = [...new Set(counted.flatMap(({ forecasters }) => [...forecasters.keys()]))];
  return {
    metric,
    functions: counted.length,
    peaks: counted.reduce((sum, { peaks }) => sum + peaks, 0),
    rows: names.map((name) => overallRow(name, counted)),
  };
}

/** One function's row: its ratios as they are. */
export function functionRow(name: string, figures: Figures): ReportRow {
  return rowOf(name, {
    ...figures,
    coverage: figures.coverage.map(({ share }) => share),
    coverageError: figures.coverage.map(standardError),
  });
}

function overallRow(name: string, functions: readonly EvaluationFigures[]): ReportRow {
  const all = functions.flatMap(({ forecasters }) => forecasters.get(name) ?? []);
  const coverage = LEVELS.map((_, level) => shareOf(all.flatMap((one) => one.coverage[level]?.blocks ?? [])));
  return rowOf(name, {
    nextMae: geometricMean(all.map(({ nextMae }) => nextMae)),
    nextRmse: geometricMean(all.map(({ nextRmse }) => nextRmse)),
    pinball: LEVELS.map((_, level) => geometricMean(all.map(({ pinball }) => pinball[level] ?? NaN))),
    coverage: coverage.map(({ share }) => share),
    coverageError: coverage.map(standardError),
  });
}

/** Of the ratios that are one: a baseline without errors gives none, and 0 has no logarithm. */
function geometricMean(ratios: readonly number[]): number {
  const usable = ratios.filter((ratio) => Number.isFinite(ratio) && ratio > 0);
  return Math.exp(usable.reduce((sum, ratio) => sum + Math.log(ratio), 0) / usable.length);
}
