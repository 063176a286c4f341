import type { FunctionHistory } from '#core/replay/history.ts';
import { sizedSeries } from '#core/replay/sized-series.ts';
import type { MetricWindow } from '#forecast/forecaster.ts';

/** A whole history's CPU as forecasters see windows: sized by 60 s means, or as it is where it is smoother already. */
export function cpuWindow(history: FunctionHistory, horizonSteps: number): MetricWindow {
  return { ...windowOf(history, 'cpu', horizonSteps), other: history.memoryBytes };
}

/** As `cpuWindow`, of memory. */
export function memoryWindow(history: FunctionHistory, horizonSteps: number): MetricWindow {
  return { ...windowOf(history, 'memory', horizonSteps), other: history.cpuCores };
}

function windowOf(
  history: FunctionHistory,
  metric: MetricWindow['metric'],
  horizonSteps: number,
): MetricWindow {
  const { values, use, censored, stepMs } = sizedSeries(history, metric);
  return { metric, values, control: use, censored, calls: history.callsStarted, stepMs, horizonSteps };
}

/** Rows `start` up to `end` of a window, sharing its memory. */
export function sliceWindow(window: MetricWindow, start: number, end: number): MetricWindow {
  const values = window.values.subarray(start, end);
  return {
    ...window,
    values,
    control: window.control === window.values ? values : window.control.subarray(start, end),
    censored: window.censored.subarray(start, end),
    calls: window.calls === null ? null : window.calls.subarray(start, end),
    ...(window.other === undefined ? {} : { other: window.other.subarray(start, end) }),
  };
}
