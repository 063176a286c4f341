import type { FunctionHistory } from '#core/replay/history.ts';

/** CPU as a wave of ten steps, memory rising and falling slower; the same each time. */
export function wave(length: number, change: Partial<FunctionHistory> = {}): FunctionHistory {
  return {
    name: 'wave',
    namespace: 'openfaas-fn',
    startMs: 1_700_000_000_000,
    stepMs: 15_000,
    cpuCores: Float64Array.from({ length }, (_, i) => 0.01 + 0.005 * Math.sin((2 * Math.PI * i) / 10)),
    cpuMeanMs: 15_000,
    memoryBytes: Float64Array.from({ length }, (_, i) => 7e6 + 1e6 * Math.sin((2 * Math.PI * i) / 40)),
    callsStarted: null,
    cpuLimitCores: null,
    memoryLimitBytes: null,
    oomKillsMs: [],
    ...change,
  };
}
