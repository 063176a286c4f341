import type { FunctionHistory } from '#core/replay/history.ts';
import { calibratedPath } from '#forecast/calibrated-path.ts';
import type { Forecaster, ForecastPath, MetricWindow } from '#forecast/forecaster.ts';
import { LEVELS } from '#forecast/levels.ts';
import { pastPeaks } from '#forecast/past-peaks.ts';
import { persistence } from '#forecast/persistence.ts';
import { type Forecasters, selectForecaster } from '#forecast/selection.ts';
import { cpuWindow, memoryWindow, sliceWindow } from '../lstm/history-window.ts';

export interface EvaluationOptions {
  readonly metric: MetricWindow['metric'];
  readonly horizonSteps: number;
  /** Samples that a forecast sees: what predict-resources is sent. @default 240 */
  readonly windowSteps?: number;
  /** Samples that persistence's residuals are taken from. @default windowSteps */
  readonly baselineSteps?: number;
  /** The first origin that counts. @default 60 */
  readonly firstOrigin?: number;
  /** From one origin to the next. @default 1 */
  readonly every?: number;
  readonly hideCalls?: boolean;
}

/** What one forecaster said at every origin, and what came. NaN where nothing came that could be told. */
export interface Outcome {
  readonly next: Float64Array;
  /** One column a level. */
  readonly quantiles: readonly Float64Array[];
}

export interface Evaluation {
  readonly actualNext: Float64Array;
  readonly actualPeak: Float64Array;
  readonly outcomes: ReadonlyMap<string, Outcome>;
}

/** `auto` is the product's own choice among all. */
export const AUTO = 'auto';

/**
 * Forecasts of one history at every origin, each from the window that ended there, as the product makes them; and
 * what came. `names` are forecasters or `auto`; persistence is always among them.
 */
export function evaluateHistory(
  history: FunctionHistory,
  names: readonly string[],
  forecasters: Forecasters,
  options: EvaluationOptions,
): Evaluation {
  const { metric, horizonSteps, windowSteps = 240, firstOrigin = 60, every = 1 } = options;
  const shown = options.hideCalls === true ? { ...history, callsStarted: null } : history;
  const whole = (metric === 'cpu' ? cpuWindow : memoryWindow)(shown, horizonSteps);
  const truth = pastPeaks(whole);
  const origins: number[] = [];
  for (let i = firstOrigin; i < whole.values.length; i += every) origins.push(i);
  const all = [...new Set([persistence.name, ...names])];
  const column = (): Float64Array => new Float64Array(origins.length).fill(NaN);
  const outcomes = new Map(all.map((name) => [name, { next: column(), quantiles: LEVELS.map(column) }]));
  for (const [k, i] of origins.entries()) {
    const window = sliceWindow(whole, Math.max(0, i + 1 - windowSteps), i + 1);
    const baseline = sliceWindow(whole, Math.max(0, i + 1 - (options.baselineSteps ?? windowSteps)), i + 1);
    for (const [name, outcome] of outcomes) {
      const path = pathOf(name, name === persistence.name ? baseline : window, forecasters);
      if (path !== null) record(outcome, k, path);
    }
  }
  return {
    actualNext: Float64Array.from(origins, (i) => whole.values[i + 1] ?? NaN),
    actualPeak: Float64Array.from(origins, (i) => truth[i] ?? NaN),
    outcomes,
  };
}

function pathOf(name: string, window: MetricWindow, forecasters: Forecasters): ForecastPath | null {
  const forecaster = forecasters.get(name);
  if (name === AUTO) return selectForecaster(AUTO, window, forecasters)?.path ?? null;
  return forecaster === undefined ? null : alone(forecaster, window);
}

function alone(forecaster: Forecaster, window: MetricWindow): ForecastPath {
  return calibratedPath(forecaster, window, pastPeaks(window));
}

function record({ next, quantiles }: Outcome, k: number, path: ForecastPath): void {
  next[k] = path.next.at(-1) ?? NaN;
  for (const [level, [name]] of LEVELS.entries()) {
    const column = quantiles[level];
    if (column !== undefined) column[k] = path.peak[name].at(-1) ?? NaN;
  }
}
