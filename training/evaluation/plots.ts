import { LEVELS } from '#forecast/levels.ts';
import { METRIC_UNITS } from '../plots/metric-units.ts';
import type { Plot } from '../plots/render.ts';
import type { EvaluatedFunction } from './evaluate-data-set.ts';
import type { EvaluationReport, OverallReport } from './report.ts';
import { AUTO } from './rolling-origin.ts';

/** Quantile loss and coverage over all functions, and what was forecast of each, by the names of their files. */
export function evaluationPlots(
  report: EvaluationReport,
  functions: readonly EvaluatedFunction[],
): Readonly<Record<string, Plot>> {
  // Where nothing could be told there is nothing to draw.
  const plots = [
    ...report.overall.flatMap((overall) => [
      ...(overall.rows.some(hasLosses) ? [[`loss-${overall.metric}`, lossPlot(overall)] as const] : []),
      ...(overall.peaks > 0 ? [[`coverage-${overall.metric}`, coveragePlot(overall)] as const] : []),
    ]),
    ...functions
      .filter(({ evaluation }) => evaluation.actualPeak.some(Number.isFinite))
      .map((one) => [`peak-${one.metric}-${one.history.name}`, peakPlot(one)] as const),
  ];
  return Object.fromEntries(plots.map(([name, plot]) => [name.replace(/[^\w.-]+/g, '-'), plot]));
}

/** A logarithmic scale has no place for 0. */
const isLoss = (ratio: number | null | undefined): ratio is number => (ratio ?? 0) > 0;
const hasLosses = ({ pinball }: OverallReport['rows'][number]): boolean => pinball.some(isLoss);

/** A point for each forecaster and level, on a logarithmic scale. */
function lossPlot({ metric, functions, rows }: OverallReport): Plot {
  const values = rows.flatMap(({ forecaster, pinball }) =>
    LEVELS.map(([level], i) => ({ forecaster, level, ratio: pinball[i] ?? null })).filter(({ ratio }) =>
      isLoss(ratio),
    ),
  );
  return {
    description: `${METRIC_UNITS[metric].title}: pinball loss of the peak over persistence's, by forecaster and quantile.`,
    title: {
      text: `${METRIC_UNITS[metric].title}: loss of the peak's quantiles`,
      subtitle: `Over that of repeating the last value; left of 1 is better. ${countOf(functions)}`,
    },
    data: { values },
    mark: { type: 'point', size: 70 },
    encoding: {
      y: { field: 'forecaster', type: 'nominal', title: null, sort: null },
      x: {
        field: 'ratio',
        type: 'quantitative',
        title: null,
        scale: { type: 'log', nice: false, padding: 12 },
      },
      color: { field: 'level', type: 'nominal', sort: null },
    },
  };
}

/** Shares that held, with their standard errors, under the shares that should. */
function coveragePlot({ metric, peaks, rows }: OverallReport): Plot {
  const values = rows.flatMap(({ forecaster, coverage, coverageError }) =>
    LEVELS.map(([level, wanted], i) => ({
      forecaster,
      level,
      wanted,
      ...band(coverage[i], coverageError[i]),
    })).filter(({ share }) => share !== null),
  );
  const y = { field: 'forecaster', type: 'nominal', title: null, sort: null } as const;
  return {
    description: `${METRIC_UNITS[metric].title}: how often each quantile of the peak held, by forecaster.`,
    title: {
      text: `${METRIC_UNITS[metric].title}: how often the peak's quantiles held`,
      subtitle: `Share of ${peaks} peaks, ± its standard error; the thin line is what it should be`,
    },
    data: { values },
    facet: { column: { field: 'level', type: 'nominal', sort: null, title: null } },
    spec: {
      width: 130,
      layer: [
        {
          mark: { type: 'rule', strokeWidth: 1 },
          encoding: { x: { field: 'wanted', type: 'quantitative' } },
        },
        {
          mark: { type: 'rule', strokeWidth: 2 },
          encoding: { y, x: { field: 'low', type: 'quantitative' }, x2: { field: 'high' } },
        },
        {
          mark: { type: 'point', size: 50 },
          encoding: {
            y,
            x: {
              field: 'share',
              type: 'quantitative',
              title: null,
              scale: { zero: false, nice: false, padding: 6 },
            },
          },
        },
      ],
    },
    resolve: { scale: { x: 'independent' } },
  };
}

function band(share: number | null | undefined, error: number | null | undefined) {
  const value = share ?? null;
  return { share: value, low: (value ?? 0) - (error ?? 0), high: (value ?? 0) + (error ?? 0) };
}

/** What came, and what the product would have said of it: its p50 and p95. */
function peakPlot({ history, metric, evaluation }: EvaluatedFunction): Plot {
  const { title, per, unit } = METRIC_UNITS[metric];
  const said = evaluation.outcomes.get(AUTO) ?? evaluation.baseline;
  const series = [
    ['what came', evaluation.actualPeak],
    ['p50', said.quantiles[0]],
    ['p95', said.quantiles[2]],
  ] as const;
  const values = series.flatMap(([name, column]) =>
    evaluation.origins.map((origin, k) => ({
      time: history.startMs + origin * history.stepMs,
      name,
      value: Number.isFinite(column?.[k] ?? NaN) ? (column?.[k] ?? NaN) / per : null,
    })),
  );
  const minutes = (evaluation.horizonSteps * history.stepMs) / 60_000;
  return {
    description: `${title} of ${history.name}: the peak that came and its p50 and p95 as forecast.`,
    title: {
      text: `${title} of ${history.name}: peak of the next ${Number(minutes.toFixed(2))} min`,
      subtitle: `${unit}; by when it was forecast, times in UTC`,
    },
    data: { values },
    mark: 'line',
    encoding: {
      x: { field: 'time', type: 'temporal', title: null, scale: { type: 'utc' }, axis: { format: '%H:%M' } },
      y: { field: 'value', type: 'quantitative', title: null, scale: { zero: false } },
      color: { field: 'name', type: 'nominal', sort: null },
    },
  };
}

const countOf = (functions: number): string => (functions === 1 ? 'One function' : `${functions} functions`);
