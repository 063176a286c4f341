import { LEVELS } from '#forecast/levels.ts';
import type { Plot } from '../plots/render.ts';
import { METRIC_LABEL } from './labels.ts';
import { methodScale } from './plot-front.ts';
import type { ResourceReport } from './report.ts';

/** Two standard errors hold 95 %. */
const ERRORS_SHOWN = 2;

/** How often each quantile held, less how often it should: percentage points, with what chance alone would give. */
export function coveragePlot(name: string, { metric, methods }: ResourceReport): Plot | null {
  const forecasts = methods.filter(({ method }) => method === 'persistence' || method === 'forecaster');
  const values = forecasts.flatMap(({ label, scores }) =>
    scores === null
      ? []
      : LEVELS.map(([level, expected]) => {
          const { coverage, standardError } = scores.quantiles[level];
          const miss = 100 * (coverage - expected);
          const reach = 100 * ERRORS_SHOWN * standardError;
          return { method: label, level, miss, low: -reach, high: reach };
        }),
  );
  if (values.length === 0) return null;
  const x = { field: 'level', type: 'nominal', title: 'quantile', axis: { labelAngle: 0 } } as const;
  const title = 'held, points above expected';
  return {
    description: `${METRIC_LABEL[metric]} of ${name}: how often each quantile of the peak held, less how often it should, in percentage points; the grey bars are two standard errors either way`,
    width: 320,
    height: 300,
    data: { values },
    layer: [
      {
        mark: { type: 'bar', width: 54, opacity: 0.35 },
        encoding: {
          x,
          y: { field: 'low', type: 'quantitative', title },
          y2: { field: 'high' },
          color: { value: '#e4e7eb' },
        },
      },
      { mark: 'rule', encoding: { y: { datum: 0 } } },
      {
        mark: { type: 'point', size: 80, opacity: 1 },
        encoding: {
          x,
          xOffset: { field: 'method', type: 'nominal' },
          y: { field: 'miss', type: 'quantitative', title },
          color: { field: 'method', type: 'nominal', scale: methodScale(forecasts) },
        },
      },
    ],
  };
}
