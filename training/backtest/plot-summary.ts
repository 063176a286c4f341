import type { Plot } from '../plots/render.ts';
import { LIGHT } from '../plots/theme.ts';
import { METRIC_LABEL } from './labels.ts';
import { METHODS } from './report.ts';
import type { Summary, SummaryRow } from './summary.ts';

/** Fewer functions than this are told by their table. */
const FEWEST_SHOWN = 3;

const COMPARED = ['static', 'percentile', 'vpa', 'persistence', 'forecaster'] as const;

/** Allocation ÷ use at equal safety of every function by method, and the medians; null for a few functions. */
export function summaryPlot({ rows, medians }: Summary, metric: 'cpu' | 'memory'): Plot | null {
  const same = rows.filter((row) => row.metric === metric);
  const values = pointsOf(same);
  if (same.length < FEWEST_SHOWN || values.length === 0) return null;
  const y = {
    field: 'method',
    type: 'nominal',
    sort: null,
    title: null,
    scale: { domain: COMPARED.map((method): string => METHODS[method]) },
    axis: { labelLimit: 0 },
  } as const;
  const x = {
    field: 'ratio',
    type: 'quantitative',
    title: `${METRIC_LABEL[metric]}: allocation ÷ use at ≤ 1 % short`,
    scale: { zero: false },
  } as const;
  return {
    description: `${METRIC_LABEL[metric]} of ${same.length} functions: allocation ÷ use at no more than 1 % of samples short, by method; the bar is the median`,
    width: 640,
    height: 150,
    layer: [
      { data: { values }, mark: { type: 'point', opacity: 0.5, size: 30 }, encoding: { x, y } },
      {
        data: { values: pointsOf(medians.filter((row) => row.metric === metric)) },
        mark: { type: 'tick', thickness: 3, size: 24, color: LIGHT.series[2] ?? LIGHT.ink },
        encoding: { x, y },
      },
    ],
  };
}

function pointsOf(rows: readonly SummaryRow[]): { method: string; ratio: number }[] {
  return rows.flatMap(({ best }) =>
    COMPARED.flatMap((method) => {
      const ratio = best[method];
      return ratio === null ? [] : [{ method: METHODS[method], ratio }];
    }),
  );
}
