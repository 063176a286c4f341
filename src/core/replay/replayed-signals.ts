import type { Signals } from '../messages/usage.ts';
import type { Metric } from '../policy/resources.ts';
import { largest, newest } from '../usage/signals/newest-and-largest.ts';
import { noSignals } from '../usage/signals/no-signals.ts';
import type { FunctionHistory } from './history.ts';
import type { SizedSeries } from './sized-series.ts';

export type SizedPair = Readonly<Record<Metric, SizedSeries>>;

/** As collect-metrics reads: the last hour at 15 s. */
export const WINDOW_STEPS = 240;

export interface ReplayedSignals {
  readonly signals: Signals;
  /** Age of the newest sample of the metric whose newest is older, ms; null without samples in the window. */
  readonly age: number | null;
  readonly samples: number;
}

/**
 * The signals that a record of use can tell after one step: last and largest use, kills, censored samples. Throttling,
 * durations and starts are not in it. What the record says of calls is left out too: their cost matters to the CPU
 * limit only, which is not replayed.
 */
export function replayedSignals(history: FunctionHistory, sized: SizedPair, step: number): ReplayedSignals {
  const start = Math.max(0, step + 1 - WINDOW_STEPS);
  const cpu = sized.cpu.use.subarray(start, step + 1);
  const memory = sized.memory.use.subarray(start, step + 1);
  const atMs = (i: number): number => history.startMs + (start + i) * history.stepMs;
  const censored = sized.cpu.censored.subarray(start, step + 1).lastIndexOf(1);
  const ages = [cpu, memory].map(stepsSince).filter((steps) => steps !== null);
  const signals: Signals = {
    ...noSignals(),
    oomKills: killsWithin(history, sized.memory, start, step),
    lastCpuCores: newest(cpu),
    lastMemoryBytes: newest(memory),
    maximumCpuCores: largest(cpu),
    maximumMemoryBytes: largest(memory),
    censoredAtMs: censored === -1 ? null : atMs(censored),
  };
  const age = ages.length === 0 ? null : Math.max(...ages) * history.stepMs;
  return { signals, age, samples: cpu.reduce((count, value) => count + (Number.isNaN(value) ? 0 : 1), 0) };
}

/** Kills are what censors memory. */
function killsWithin(
  { memoryLimitBytes, startMs, stepMs }: FunctionHistory,
  { censored }: SizedSeries,
  start: number,
  end: number,
): Signals['oomKills'] {
  const kills: Signals['oomKills'] = [];
  for (let step = start; step <= end; step++) {
    if (censored[step] !== 1) continue;
    kills.push({ atMs: startMs + step * stepMs, memoryLimitBytes: known(memoryLimitBytes?.[step]) });
  }
  return kills;
}

const known = (value: number | undefined): number | null =>
  value === undefined || Number.isNaN(value) ? null : value;

function stepsSince(window: Float64Array): number | null {
  const last = window.findLastIndex((value) => !Number.isNaN(value));
  return last === -1 ? null : window.length - 1 - last;
}
