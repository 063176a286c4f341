import type { Quantiles } from '#core/messages/forecast.ts';
import { WINDOW_STEPS } from '#core/replay/replayed-signals.ts';
import type { MetricWindow } from '#forecast/forecaster.ts';
import { histogram } from '#forecast/histogram.ts';
import { byQuantile, LEVELS, type QuantileName } from '#forecast/levels.ts';
import { type Forecasters, newest, selectForecaster } from '#forecast/selection.ts';
import { SortedWindow } from '#forecast/sorted-window.ts';
import { at } from '#forecast/trailing-maximum.ts';
import { sliceWindow } from '../lstm/history-window.ts';

/** Quantiles of the peak over the horizon, as forecast after each step; NaN where nothing was said or asked. */
export type QuantileColumns = Readonly<Record<QuantileName, Float64Array>>;

function emptyColumns(length: number): QuantileColumns {
  return byQuantile(() => new Float64Array(length).fill(NaN));
}

/** The quantiles after one step; null where any is missing. */
export function quantilesAt(columns: QuantileColumns, step: number): Quantiles | null {
  const quantiles = byQuantile((name) => columns[name][step] ?? NaN);
  return Object.values(quantiles).some(Number.isNaN) ? null : quantiles;
}

/**
 * Forecasts as the product makes them: from the last hour's samples only, with calibration and choice on those. Each
 * step is forecast when it is first asked for, at a cost of milliseconds.
 */
export class ProductForecasts {
  readonly columns: QuantileColumns;
  readonly #window: MetricWindow;
  readonly #name: string;
  readonly #forecasters: Forecasters;
  /** Who made each forecast, as a place in #names; 0 where none was asked for. */
  readonly #chosen: Uint8Array;
  readonly #names = ['', 'none'];

  constructor(window: MetricWindow, name: string, forecasters: Forecasters) {
    this.#window = window;
    this.#name = name;
    this.#forecasters = forecasters;
    this.columns = emptyColumns(window.control.length);
    this.#chosen = new Uint8Array(window.control.length);
  }

  ask(step: number): void {
    if (this.#chosen[step] !== 0) return;
    const window = sliceWindow(this.#window, Math.max(0, step + 1 - WINDOW_STEPS), step + 1);
    const selected = selectForecaster(this.#name, window, this.#forecasters);
    this.#chosen[step] = this.#placeOf(selected?.forecaster ?? 'none');
    if (selected === null) return;
    for (const [name] of LEVELS) this.columns[name][step] = newest(selected.path.peak[name]) ?? NaN;
  }

  /** The share of the forecasts after these steps that each forecaster made. */
  chosen(steps: readonly number[]): Record<string, number> {
    const counts = new Map<string, number>();
    for (const step of steps) {
      const name = this.#names[this.#chosen[step] ?? 0] ?? 'none';
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
    return Object.fromEntries([...counts].map(([name, count]) => [name, count / steps.length]));
  }

  at(step: number): Quantiles | null {
    this.ask(step);
    return quantilesAt(this.columns, step);
  }

  #placeOf(name: string): number {
    const known = this.#names.indexOf(name);
    return known === -1 ? this.#names.push(name) - 1 : known;
  }
}

/** The Vertical Pod Autoscaler's histogram: of all samples so far, each weighing half as much a day later. */
export function histogramColumns(window: MetricWindow): QuantileColumns {
  return histogram.forecast(window).peak;
}

/** Percentiles of the samples of the last hour; gaps are passed over. */
export function percentileColumns({ control }: MetricWindow): QuantileColumns {
  const columns = emptyColumns(control.length);
  const recent = new SortedWindow(WINDOW_STEPS);
  for (let i = 0; i < control.length; i++) {
    if (!Number.isNaN(at(control, i))) recent.add(at(control, i));
    if (recent.size === 0) continue;
    for (const [name, level] of LEVELS) columns[name][i] = recent.quantile(level);
  }
  return columns;
}
