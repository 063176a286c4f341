import { medianOf } from './median.ts';
import type { EvaluationReport, ReportRow } from './report.ts';

type Figure = number | null;

/**
 * Reports of several models over the same data as one, each figure the median of theirs: what a training comes to,
 * whatever its seed. Of a single one itself.
 */
export function medianReport(reports: readonly EvaluationReport[]): EvaluationReport {
  const [first, ...others] = reports;
  if (first === undefined) throw new RangeError('there is no report');
  if (others.length === 0) return first;
  return {
    ...first,
    overall: first.overall.map((one, i) => ({
      ...one,
      rows: medianRows(reports.map(({ overall }) => overall[i]?.rows ?? [])),
    })),
    functions: first.functions.map((one, i) => ({
      ...one,
      rows: medianRows(reports.map(({ functions }) => functions[i]?.rows ?? [])),
    })),
  };
}

/** Rows of the first, by forecaster. */
function medianRows(models: readonly (readonly ReportRow[])[]): ReportRow[] {
  return (models[0] ?? []).map(({ forecaster }) => {
    const rows = models.flatMap((each) => each.find((row) => row.forecaster === forecaster) ?? []);
    const over = (figure: (row: ReportRow) => Figure): Figure => medianOf(rows.map(figure));
    const byLevel = (field: 'pinball' | 'coverage' | 'coverageError'): Figure[] =>
      (rows[0]?.[field] ?? []).map((_, level) => over((row) => row[field][level] ?? null));
    return {
      forecaster,
      nextMae: over(({ nextMae }) => nextMae),
      nextRmse: over(({ nextRmse }) => nextRmse),
      pinball: byLevel('pinball'),
      coverage: byLevel('coverage'),
      coverageError: byLevel('coverageError'),
    };
  });
}
