import type { FunctionForecast } from '#core/messages/forecast.ts';
import type { FunctionUsage } from '#core/messages/usage.ts';
import { type ForecastGrid, windowsOf } from './metric-window.ts';
import { quantilesAt, type Toolkit } from './predict-usage.ts';
import { selectForecaster } from './selection.ts';

/** A peak forecast and the Unix ms at which it would have been made. */
export interface MadePeak {
  readonly at: number;
  readonly peak: FunctionForecast['peak'];
}

/**
 * The peak forecasts of every step of the window, oldest first, each made with what was known by then; the forecaster is
 * the one that is chosen at the window's end. Null where nothing could be said.
 */
export function peakHistory(
  usage: FunctionUsage,
  grid: ForecastGrid,
  { forecasters }: Pick<Toolkit, 'forecasters'>,
): readonly MadePeak[] {
  const windows = windowsOf(usage, grid);
  const cpu = selectForecaster(usage.forecaster, windows.cpu, forecasters);
  const memory = selectForecaster(usage.forecaster, windows.memory, forecasters);
  const { at, stepMs, horizonMs } = grid;
  const steps = windows.cpu.control.length;
  return Array.from({ length: steps }, (_, step) => ({
    at: at - (steps - 1 - step) * stepMs,
    peak: { horizon: horizonMs, cpu: quantilesAt(cpu, step), memory: quantilesAt(memory, step) },
  }));
}
