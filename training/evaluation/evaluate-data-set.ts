import { setImmediate } from 'node:timers/promises';
import { ForesizeError } from '#core/errors/error.ts';
import type { DataSet, FunctionHistory } from '#core/replay/history.ts';
import { persistence } from '#forecast/persistence.ts';
import type { Forecasters } from '#forecast/selection.ts';
import { clipHistory } from '../backtest/options.ts';
import { figuresOf } from './figures.ts';
import { functionRow, overallOf } from './overall.ts';
import { type EvaluationReport, type EvaluationSettings, meansReport } from './report.ts';
import { AUTO, type Evaluation, RollingOrigin } from './rolling-origin.ts';

/** What the product forecasts, and what it chooses among. */
export const JUDGED = [persistence.name, 'nowcast', 'recent-peak', 'histogram', 'lstm', AUTO];

const METRICS = ['cpu', 'memory'] as const;

/** One metric of one function, with every forecast. */
export interface EvaluatedFunction {
  readonly history: FunctionHistory;
  readonly metric: (typeof METRICS)[number];
  readonly evaluation: Evaluation;
}

export interface EvaluatedDataSet {
  readonly report: EvaluationReport;
  /** In the order of the report's functions. */
  readonly functions: readonly EvaluatedFunction[];
}

export interface EvaluationWork {
  readonly forecasters: Forecasters;
  /** @default JUDGED */
  readonly names?: readonly string[];
  /** @default both */
  readonly metrics?: readonly (typeof METRICS)[number][];
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((share: number, name: string) => void) | undefined;
}

export const DEFAULT_SETTINGS: EvaluationSettings = {
  windowSteps: 240,
  // Two hours at 15 s.
  baselineSteps: 480,
  horizonMs: 75_000,
  every: 1,
  hideCalls: false,
  // Half an hour at 15 s to begin with.
  firstRow: 121,
  lastRow: null,
};

/** Forecasts are made in slices of this long, so that signals and progress get their turn. */
const SLICE_MS = 50;

/**
 * Rolling-origin evaluation of forecasters over data, as the product forecasts: each from the window before it.
 * Throws `data-too-short` where no row is left to forecast, and the signal's reason.
 */
export async function evaluateDataSet(
  dataSet: DataSet,
  settings: EvaluationSettings,
  { forecasters, names = JUDGED, metrics = METRICS, signal, onProgress }: EvaluationWork,
): Promise<EvaluatedDataSet> {
  const histories = dataSet.histories.map((history) => clipHistory(history, settings.lastRow ?? undefined));
  refuseShort(histories, settings);
  const tasks = histories.flatMap((history) => metrics.map((metric) => ({ history, metric })));
  const functions: EvaluatedFunction[] = [];
  for (const [i, { history, metric }] of tasks.entries()) {
    const horizonSteps = Math.max(1, Math.ceil(settings.horizonMs / history.stepMs - 1e-9));
    const options = { ...settings, metric, horizonSteps, firstRow: settings.firstRow - 1 };
    const rolling = new RollingOrigin(history, names, forecasters, options);
    const tell = (share: number): void => onProgress?.((i + share) / tasks.length, history.name);
    await forecastAll(rolling, signal, tell);
    functions.push({ history, metric, evaluation: rolling.evaluation });
  }
  return { report: reportOf(dataSet.name, settings, functions), functions };
}

function refuseShort(histories: readonly FunctionHistory[], { firstRow, lastRow }: EvaluationSettings): void {
  const longest = Math.max(0, ...histories.map(({ cpuCores }) => cpuCores.length));
  if (longest >= Math.max(2, firstRow)) return;
  const rows = lastRow === null ? '' : ` up to row ${lastRow}`;
  throw new ForesizeError(
    'data-too-short',
    `the first row to forecast is ${firstRow}, and no function has more than ${longest} rows${rows}`,
  );
}

async function forecastAll(
  rolling: RollingOrigin,
  signal: AbortSignal | undefined,
  tell: (share: number) => void,
): Promise<void> {
  let sliceEnd = 0;
  for (let k = 0; k < rolling.count; k++) {
    if (performance.now() >= sliceEnd) {
      tell(k / rolling.count);
      await setImmediate();
      signal?.throwIfAborted();
      sliceEnd = performance.now() + SLICE_MS;
    }
    rolling.forecast(k);
  }
}

function reportOf(
  dataSet: string,
  settings: EvaluationSettings,
  functions: readonly EvaluatedFunction[],
): EvaluationReport {
  const judged = functions.map((one) => ({ ...one, figures: figuresOf(one.evaluation) }));
  const metrics = [...new Set(judged.map(({ metric }) => metric))];
  return {
    dataSet,
    settings,
    overall: metrics.map((metric) =>
      overallOf(
        metric,
        judged.filter((one) => one.metric === metric).map(({ figures }) => figures),
      ),
    ),
    functions: judged.map(({ history, metric, figures: { nexts, peaks, baseline, forecasters } }) => ({
      ...{ metric, name: history.name, nexts, peaks },
      baseline: meansReport(baseline),
      rows: [...forecasters].map(([name, each]) => functionRow(name, each)),
    })),
  };
}
