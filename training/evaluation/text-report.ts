import { LEVELS } from '#forecast/levels.ts';
import { formatDurationMs } from '#core/units/duration.ts';
import { METRIC_UNITS } from '../plots/metric-units.ts';
import { textTable } from '#core/text-table.ts';
import type { EvaluationReport, OverallReport, ReportRow } from './report.ts';

/** Titles of a row's figures. */
export const FIGURE_TITLES = [
  'next MAE',
  'next RMSE',
  ...LEVELS.map(([name]) => `${name} loss`),
  ...LEVELS.map(([name]) => `${name} held`),
];

/** A report for a terminal: over all functions, then each. Of a table wider than `width` the last columns are left out. */
export function evaluationText(
  { dataSet, settings, overall, functions }: EvaluationReport,
  width = Infinity,
): string {
  const { windowSteps, baselineSteps, horizonMs, every, hideCalls, firstRow, lastRow } = settings;
  const how = [
    `peak of ${formatDurationMs(horizonMs)}`,
    `${windowSteps} samples seen`,
    ...(hideCalls ? ['calls hidden'] : []),
    `rows ${firstRow} to ${lastRow ?? 'the last'}`,
    ...(every === 1 ? [] : [`one origin in ${every}`]),
  ];
  const each = functions.map(
    ({ metric, name, nexts, peaks, rows }) =>
      `\n${METRIC_UNITS[metric].title} of ${name}: ${nexts} next values, ${peaks} peaks\n${rowsText(rows, width)}`,
  );
  return [
    `${dataSet}: ${how.join(', ')}\n`,
    `Ratios to repeating the last value, quantiles with what followed it in the past ${baselineSteps} samples; held ± its standard error\n`,
    ...overall.map((one) => `\n${overallText(one, width)}`),
    // One function's table would say the same again.
    ...(overall.every((one) => one.functions === 1 && functions.length === overall.length) ? [] : each),
  ].join('');
}

/** One metric over all functions. */
export function overallText({ metric, functions, peaks, rows }: OverallReport, width = Infinity): string {
  const name = functions === 1 ? 'one function' : `${functions} functions, geometric means of their ratios`;
  return `${METRIC_UNITS[metric].title}, ${name}, ${peaks} peaks\n${rowsText(rows, width)}`;
}

function rowsText(rows: readonly ReportRow[], width: number): string {
  return textTable(
    ['', ...FIGURE_TITLES],
    rows.map((row) => [
      row.forecaster,
      ratio(row.nextMae),
      ratio(row.nextRmse),
      ...row.pinball.map(ratio),
      ...row.coverage.map((share, level) => held(share, row.coverageError[level] ?? null)),
    ]),
    { width },
  );
}

const ratio = (value: number | null): string => value?.toFixed(3) ?? '-';

function held(share: number | null, error: number | null): string {
  if (share === null) return '-';
  return error === null ? share.toFixed(3) : `${share.toFixed(3)} ±${error.toFixed(3)}`;
}
