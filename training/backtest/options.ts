import type { FunctionHistory } from '#core/replay/history.ts';
import { WINDOW_STEPS } from '#core/replay/replayed-signals.ts';
import type { Timing } from '#core/replay/timing.ts';
import type { Forecasters } from '#forecast/selection.ts';

export interface BacktestOptions {
  readonly cadenceMs: number;
  readonly delayMs: number;
  /** A name of `forecasters`, or `auto`. */
  readonly forecaster: string;
  readonly forecasters: Forecasters;
  /** `requests`: the plain sizing rule; `full`: the whole policy as well. */
  readonly policy: 'full' | 'requests';
  /** Of Foresize, for the whole policy. */
  readonly annotations: Readonly<Record<string, string>>;
  /** Rows judged, from 1, first and last; left out: from the 241st row, or after a third of a short history, to the end. */
  readonly firstRow?: number;
  readonly lastRow?: number;
  /** Control phases to average over: which samples a decision falls on is chance. */
  readonly phases: number;
}

/** A share of the history that is there for forecasters to begin with, where no first row is given. */
const WARM_UP_SHARE = 1 / 3;

/** What is judged of a history, clipped before its end. */
export function timingOf(history: FunctionHistory, options: BacktestOptions): Timing {
  const rows = history.cpuCores.length;
  const stepsOf = (ms: number): number => Math.max(0, Math.ceil(ms / history.stepMs - 1e-9));
  const warmUp = Math.min(WINDOW_STEPS, Math.floor(rows * WARM_UP_SHARE));
  return {
    from: options.firstRow === undefined ? warmUp : options.firstRow - 1,
    to: rows,
    cadenceSteps: Math.max(1, stepsOf(options.cadenceMs)),
    delaySteps: stepsOf(options.delayMs),
  };
}

/** The history up to a row, so that nothing can look beyond; all of it without one. */
export function clipHistory(history: FunctionHistory, lastRow: number | undefined): FunctionHistory {
  if (lastRow === undefined || lastRow >= history.cpuCores.length) return history;
  const clip = (column: Float64Array): Float64Array => column.subarray(0, lastRow);
  const endMs = history.startMs + (lastRow - 1) * history.stepMs;
  const { cpuCores, memoryBytes, callsStarted, cpuLimitCores, memoryLimitBytes, oomKillsMs } = history;
  return {
    ...history,
    cpuCores: clip(cpuCores),
    memoryBytes: clip(memoryBytes),
    callsStarted: callsStarted === null ? null : clip(callsStarted),
    cpuLimitCores: cpuLimitCores === null ? null : clip(cpuLimitCores),
    memoryLimitBytes: memoryLimitBytes === null ? null : clip(memoryLimitBytes),
    oomKillsMs: oomKillsMs.filter((atMs) => atMs <= endMs),
  };
}
