import type { Metric } from '#core/policy/resources.ts';
import type { FunctionHistory } from '#core/replay/history.ts';
import { sizedSeries } from '#core/replay/sized-series.ts';
import {
  allocationInForce,
  decisionSteps,
  horizonSteps,
  spreadPhases,
  type Timing,
} from '#core/replay/timing.ts';
import type { MetricWindow } from '#forecast/forecaster.ts';
import { pastPeaks } from '#forecast/past-peaks.ts';
import { at } from '#forecast/trailing-maximum.ts';
import { cpuWindow, memoryWindow } from '../lstm/history-window.ts';
import type { Trial } from './judge-method.ts';
import { judgeLimits, judgeOracle, judgePolicy, judgeQuantiles, judgeStatic, SIZED_BY } from './methods.ts';
import type { BacktestOptions } from './options.ts';
import { histogramColumns, percentileColumns, ProductForecasts } from './peak-quantiles.ts';
import type { MethodReport, PlotColumns, ResourceReport } from './report.ts';
import type { Scored } from './scores.ts';

/** One resource of one function, with the forecasts of it that have been asked for. */
export interface ResourceTrial extends Trial {
  readonly window: MetricWindow;
  readonly persistence: ProductForecasts;
  /** The one under test; persistence itself where that is what is asked for. */
  readonly forecaster: ProductForecasts;
}

export function prepareTrial(
  history: FunctionHistory,
  metric: Metric,
  timing: Timing,
  { forecaster, forecasters, phases }: BacktestOptions,
): ResourceTrial {
  const toWindow = metric === 'cpu' ? cpuWindow : memoryWindow;
  const window = toWindow(history, horizonSteps(timing));
  const persistence = new ProductForecasts(window, 'persistence', forecasters);
  return {
    series: sizedSeries(history, metric),
    timing,
    phases: spreadPhases(timing, phases),
    window,
    persistence,
    forecaster:
      forecaster === 'persistence' ? persistence : new ProductForecasts(window, forecaster, forecasters),
  };
}

/** Steps after which any phase decides, ascending. */
export function askedSteps({ timing, phases }: Trial): readonly number[] {
  return inOrder(phases.map((phase) => decisionSteps(timing, phase)));
}

/** After which steps the whole policy sizes, which begins with the history, and those that any phase decides after. */
export function policySteps(trial: Trial): readonly number[] {
  const { timing, phases } = trial;
  const sizing = phases.map((phase) => {
    const count = Math.max(0, Math.ceil((timing.to - phase) / timing.cadenceSteps));
    return Array.from({ length: count }, (_, i) => phase + i * timing.cadenceSteps);
  });
  return inOrder([askedSteps(trial), ...sizing]);
}

/** Steps of several lists, each once, ascending: marked, not sorted, for there may be millions. */
function inOrder(lists: readonly (readonly number[])[]): readonly number[] {
  const length = lists.reduce((most, list) => Math.max(most, (list.at(-1) ?? -1) + 1), 0);
  const marked = new Uint8Array(length);
  for (const list of lists) for (const step of list) marked[step] = 1;
  const steps: number[] = [];
  for (let step = 0; step < length; step++) if (marked[step] === 1) steps.push(step);
  return steps;
}

/** How every method did; `policy` has the whole policy's requests of each phase, null where it was not replayed. */
export function judgeResource(
  trial: ResourceTrial,
  label: string,
  policy: readonly Float64Array[] | null,
): ResourceReport {
  const { series, timing, window, persistence, forecaster } = trial;
  const scored: Scored = {
    peaks: pastPeaks(window),
    origins: askedSteps(trial),
    horizonSteps: window.horizonSteps,
  };
  const scoring = { base: persistence.columns, scored };
  const methods: (MethodReport | null)[] = [
    judgeOracle(trial),
    judgeStatic(trial),
    judgeLimits(trial),
    judgeQuantiles(trial, 'percentile', percentileColumns(window), scoring),
    judgeQuantiles(trial, 'vpa', histogramColumns(window), scoring),
    judgeQuantiles(trial, 'persistence', persistence.columns, scoring),
    forecaster === persistence
      ? null
      : judgeQuantiles(trial, 'forecaster', forecaster.columns, scoring, label),
    policy === null ? null : judgePolicy(trial, policy),
  ];
  const judged = series.use.subarray(timing.from, timing.to);
  const known = judged.filter((value) => !Number.isNaN(value));
  return {
    metric: series.metric,
    samples: known.length,
    gaps: judged.length - known.length,
    meanUse: known.reduce((sum, value) => sum + value, 0) / known.length,
    methods: methods.filter((method) => method !== null),
    chosen: forecaster.chosen(scored.origins),
    plot: plotOf(trial, policy),
  };
}

/** The first phase, at the setting in use. */
function plotOf(trial: ResourceTrial, policy: readonly Float64Array[] | null): PlotColumns {
  const { series, timing, forecaster, phases } = trial;
  const { level, margin } = SIZED_BY[series.metric];
  const [phase = 0] = phases;
  const inForce = (name: keyof typeof forecaster.columns, factor = 1): Float64Array =>
    allocationInForce(timing, phase, (step) => at(forecaster.columns[name], step) * factor);
  return {
    use: series.use,
    allocation: policy?.[0] ?? inForce(level, margin),
    low: inForce('p50'),
    high: inForce('p95'),
  };
}
