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
  /** Samples that a forecast sees: what predict-resources is sent. */
  readonly windowSteps: number;
  /** Samples that the baseline's residuals are taken from. */
  readonly baselineSteps: number;
  /** The first row that is forecast, from 0: its origin is the row before. */
  readonly firstRow: number;
  /** From one origin to the next. */
  readonly every: number;
  readonly hideCalls: boolean;
}

/** What one forecaster said at every origin. NaN where it said nothing. */
export interface Outcome {
  readonly next: Float64Array;
  /** One column a level. */
  readonly quantiles: readonly Float64Array[];
}

/** One entry an origin in every column; what came is NaN where nothing came that could be told. */
export interface Evaluation {
  readonly origins: readonly number[];
  readonly horizonSteps: number;
  /** Steps from one origin to the next. */
  readonly every: number;
  readonly actualNext: Float64Array;
  readonly actualPeak: Float64Array;
  /** Persistence with `baselineSteps` of past: what the others are held against. */
  readonly baseline: Outcome;
  readonly outcomes: ReadonlyMap<string, Outcome>;
}

/** `auto` is the product's own choice among all. */
export const AUTO = 'auto';

/**
 * Forecasts of one history at every origin, each from the window that ended there, as the product makes them; and what
 * came; made origin by origin. `names` are forecasters or `auto`; those that there are not, or not for the metric, are
 * left out.
 */
export class RollingOrigin {
  readonly evaluation: Evaluation;
  readonly #whole: MetricWindow;
  readonly #forecasters: Forecasters;
  readonly #windowSteps: number;
  readonly #baselineSteps: number;

  constructor(
    history: FunctionHistory,
    names: readonly string[],
    forecasters: Forecasters,
    options: EvaluationOptions,
  ) {
    const { metric, horizonSteps, every, firstRow, hideCalls } = options;
    const shown = hideCalls ? { ...history, callsStarted: null } : history;
    const whole = (metric === 'cpu' ? cpuWindow : memoryWindow)(shown, horizonSteps);
    const truth = pastPeaks(whole);
    const origins: number[] = [];
    for (let i = Math.max(0, firstRow - 1); i < whole.values.length; i += every) origins.push(i);
    const outcome = (): Outcome => ({ next: empty(origins), quantiles: LEVELS.map(() => empty(origins)) });
    this.evaluation = {
      ...{ origins, horizonSteps, every },
      actualNext: Float64Array.from(origins, (i) => whole.values[i + 1] ?? NaN),
      actualPeak: Float64Array.from(origins, (i) => truth[i] ?? NaN),
      baseline: outcome(),
      outcomes: new Map(
        names.filter((name) => suits(name, metric, forecasters)).map((name) => [name, outcome()]),
      ),
    };
    this.#whole = whole;
    this.#forecasters = remembering(forecasters);
    this.#windowSteps = options.windowSteps;
    this.#baselineSteps = options.baselineSteps;
  }

  get count(): number {
    return this.evaluation.origins.length;
  }

  /** Makes the forecasts of the `k`-th origin. */
  forecast(k: number): void {
    const { origins, baseline, outcomes } = this.evaluation;
    const end = (origins[k] ?? NaN) + 1;
    const before = (steps: number): MetricWindow => sliceWindow(this.#whole, Math.max(0, end - steps), end);
    const window = before(this.#windowSteps);
    record(baseline, k, alone(persistence, before(this.#baselineSteps)));
    for (const [name, outcome] of outcomes) {
      const path = this.#pathOf(name, window);
      if (path !== null) record(outcome, k, path);
    }
  }

  #pathOf(name: string, window: MetricWindow): ForecastPath | null {
    if (name === AUTO) return selectForecaster(AUTO, window, this.#forecasters)?.path ?? null;
    const forecaster = this.#forecasters.get(name);
    return forecaster === undefined ? null : alone(forecaster, window);
  }
}

function empty(origins: readonly number[]): Float64Array {
  return new Float64Array(origins.length).fill(NaN);
}

function suits(name: string, metric: MetricWindow['metric'], forecasters: Forecasters): boolean {
  const forecaster = forecasters.get(name);
  return name === AUTO || (forecaster !== undefined && (forecaster.metric ?? metric) === metric);
}

function alone(forecaster: Forecaster, window: MetricWindow): ForecastPath {
  return calibratedPath(forecaster, window, pastPeaks(window));
}

/** `auto` asks of the same window what each was asked alone. */
function remembering(forecasters: Forecasters): Forecasters {
  const remember = (forecaster: Forecaster): Forecaster => {
    const paths = new WeakMap<MetricWindow, ForecastPath>();
    return {
      ...forecaster,
      forecast: (window) => {
        const path = paths.get(window) ?? forecaster.forecast(window);
        paths.set(window, path);
        return path;
      },
    };
  };
  return new Map([...forecasters].map(([name, forecaster]) => [name, remember(forecaster)]));
}

function record({ next, quantiles }: Outcome, k: number, path: ForecastPath): void {
  next[k] = path.next.at(-1) ?? NaN;
  for (const [level, [name]] of LEVELS.entries()) {
    const column = quantiles[level];
    if (column !== undefined) column[k] = path.peak[name].at(-1) ?? NaN;
  }
}
