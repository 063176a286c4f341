import type { Metric } from '#core/policy/resources.ts';
import { medianOf } from '../evaluation/median.ts';
import { formatRatio, formatShare } from './amounts.ts';
import { METRIC_LABEL } from './labels.ts';
import {
  type BacktestReport,
  isJudged,
  type MethodName,
  type MethodReport,
  type ResourceReport,
} from './report.ts';

/** One resource of one function in numbers; null where there is none. */
export interface SummaryRow {
  /** Its place among the functions; -1 where it stands for several. */
  readonly index: number;
  readonly name: string;
  readonly metric: Metric;
  readonly samples: number;
  /** Allocation ÷ use at ALLOWED_SHORT. */
  readonly best: Readonly<
    Record<'static' | 'percentile' | 'vpa' | 'persistence' | 'forecaster', number | null>
  >;
  /** Of the forecaster, or the whole policy where it was replayed, as it is used. */
  readonly short: number | null;
  readonly allocationOverUse: number | null;
  readonly resizesPerHour: number | null;
  /** Of the forecaster. */
  readonly pinball: number | null;
  readonly coverage95: number | null;
}

export interface Summary {
  readonly rows: readonly SummaryRow[];
  /** Of each metric over the functions, each figure apart. */
  readonly medians: readonly SummaryRow[];
  readonly unjudged: readonly { readonly name: string; readonly metric: Metric; readonly why: string }[];
}

/** All functions of a report, one row a resource. */
export function summaryOf({ functions }: BacktestReport): Summary {
  const resources = functions.flatMap(({ name, cpu, memory }, index) =>
    [cpu, memory].map((resource) => ({ name, index, resource })),
  );
  const rows = resources.flatMap(({ name, index, resource }) =>
    isJudged(resource) ? [rowOf(name, index, resource)] : [],
  );
  const unjudged = resources.flatMap(({ name, resource }) =>
    isJudged(resource) ? [] : [{ name, ...resource }],
  );
  const medians = (['cpu', 'memory'] as const).flatMap((metric) => {
    const same = rows.filter((row) => row.metric === metric);
    return same.length > 1 ? [medianRow(metric, same)] : [];
  });
  return { rows, medians, unjudged };
}

function rowOf(name: string, index: number, { metric, samples, methods }: ResourceReport): SummaryRow {
  const find = (method: MethodName): MethodReport | undefined =>
    methods.find((candidate) => candidate.method === method);
  const best = (method: MethodName): number | null => find(method)?.best?.outcome.allocationOverUse ?? null;
  // Where persistence is the forecaster it stands for both.
  const forecaster = find('forecaster') ?? find('persistence');
  const used = (find('policy') ?? forecaster)?.own?.outcome;
  return {
    name,
    index,
    metric,
    samples,
    best: {
      static: best('static'),
      percentile: best('percentile'),
      vpa: best('vpa'),
      persistence: best('persistence'),
      forecaster: forecaster?.best?.outcome.allocationOverUse ?? null,
    },
    short: used?.short ?? null,
    allocationOverUse: used?.allocationOverUse ?? null,
    resizesPerHour: used?.resizesPerHour ?? null,
    pinball: forecaster?.scores?.ratio ?? null,
    coverage95: forecaster?.scores?.quantiles.p95.coverage ?? null,
  };
}

function medianRow(metric: Metric, rows: readonly SummaryRow[]): SummaryRow {
  const median = (of: (row: SummaryRow) => number | null): number | null => medianOf(rows.map(of));
  return {
    name: `median of ${rows.length}`,
    index: -1,
    metric,
    samples: median(({ samples }) => samples) ?? 0,
    best: {
      static: median(({ best }) => best.static),
      percentile: median(({ best }) => best.percentile),
      vpa: median(({ best }) => best.vpa),
      persistence: median(({ best }) => best.persistence),
      forecaster: median(({ best }) => best.forecaster),
    },
    short: median(({ short }) => short),
    allocationOverUse: median(({ allocationOverUse }) => allocationOverUse),
    resizesPerHour: median(({ resizesPerHour }) => resizesPerHour),
    pinball: median(({ pinball }) => pinball),
    coverage95: median(({ coverage95 }) => coverage95),
  };
}

export const SUMMARY_HEAD = [
  ...['function', 'of', 'samples', 'static', 'percentile', 'VPA', 'persistence', 'forecast'],
  ...['used: short', '×', 'resizes/h', 'pinball', 'p95 held'],
];

/** A row under SUMMARY_HEAD. */
export function summaryCells(row: SummaryRow): string[] {
  const { best } = row;
  return [
    row.name,
    METRIC_LABEL[row.metric],
    String(Math.round(row.samples)),
    ...[best.static, best.percentile, best.vpa, best.persistence, best.forecaster].map((value) =>
      formatRatio(value),
    ),
    formatShare(row.short),
    formatRatio(row.allocationOverUse),
    formatRatio(row.resizesPerHour, 1),
    formatRatio(row.pinball),
    formatShare(row.coverage95),
  ];
}
