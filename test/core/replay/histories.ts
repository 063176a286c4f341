import type { FunctionHistory } from '#core/replay/history.ts';
import type { SizedSeries } from '#core/replay/sized-series.ts';

/** A history whose CPU samples are sized as they are, unless `change` says otherwise. */
export function historyOf(
  cpuCores: readonly number[],
  memoryBytes: readonly number[] = cpuCores.map(() => 2 ** 25),
  change: Partial<FunctionHistory> = {},
): FunctionHistory {
  return {
    name: 'resize',
    namespace: 'openfaas-fn',
    startMs: Date.UTC(2026, 0, 5),
    stepMs: 15_000,
    cpuCores: Float64Array.from(cpuCores),
    cpuMeanMs: 300_000,
    memoryBytes: Float64Array.from(memoryBytes),
    callsStarted: null,
    cpuLimitCores: null,
    memoryLimitBytes: null,
    oomKillsMs: [],
    ...change,
  };
}

export function seriesOf(use: readonly number[], change: Partial<SizedSeries> = {}): SizedSeries {
  return {
    metric: 'cpu',
    values: Float64Array.from(use),
    use: Float64Array.from(use),
    censored: new Uint8Array(use.length),
    limit: null,
    stepMs: 15_000,
    ...change,
  };
}
