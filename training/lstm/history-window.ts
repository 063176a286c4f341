import type { FunctionHistory } from '#core/replay/history.ts';
import { censoredSteps } from '#core/usage/signals/censoring.ts';
import { MEAN_MS, rollingMean, stepsPerMean } from '#core/usage/sixty-second-mean.ts';
import type { MetricWindow } from '#forecast/forecaster.ts';

/** A whole history's CPU as forecasters see windows: sized by 60 s means, or as it is where it is smoother already. */
export function cpuWindow(history: FunctionHistory, horizonSteps: number): MetricWindow {
  const { cpuCores, cpuMeanMs, stepMs, cpuLimitCores, callsStarted } = history;
  const control = cpuMeanMs >= MEAN_MS ? cpuCores : rollingMean(cpuCores, stepsPerMean(stepMs));
  const censored =
    cpuLimitCores === null ? new Uint8Array(cpuCores.length) : censoredSteps(control, cpuLimitCores);
  for (const step of killedSteps(history)) censored[step] = 1;
  return {
    metric: 'cpu',
    values: cpuCores,
    control,
    censored,
    calls: callsStarted,
    other: history.memoryBytes,
    stepMs,
    horizonSteps,
  };
}

/** As `cpuWindow`, of memory. */
export function memoryWindow(history: FunctionHistory, horizonSteps: number): MetricWindow {
  const { memoryBytes, callsStarted, stepMs } = history;
  const censored = new Uint8Array(memoryBytes.length);
  for (const step of killedSteps(history)) censored[step] = 1;
  return {
    metric: 'memory',
    values: memoryBytes,
    control: memoryBytes,
    censored,
    calls: callsStarted,
    other: history.cpuCores,
    stepMs,
    horizonSteps,
  };
}

function killedSteps({ oomKillsMs, startMs, stepMs, cpuCores }: FunctionHistory): readonly number[] {
  return oomKillsMs
    .map((atMs) => Math.ceil((atMs - startMs) / stepMs))
    .filter((step) => step >= 0 && step < cpuCores.length);
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
