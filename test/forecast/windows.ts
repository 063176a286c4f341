import type { MetricWindow } from '#forecast/forecaster.ts';
import { type FunctionUsage, functionUsageSchema } from '#core/messages/usage.ts';

/** A window whose control equals its values, without censored samples. */
export function windowOf(values: readonly number[], change: Partial<MetricWindow> = {}): MetricWindow {
  const samples = Float64Array.from(values);
  return {
    metric: 'cpu',
    values: samples,
    control: samples,
    censored: new Uint8Array(samples.length),
    calls: null,
    stepMs: 15_000,
    horizonSteps: 5,
    ...change,
  };
}

interface Series {
  readonly cpuCores?: readonly (number | null)[];
  readonly memoryBytes?: readonly (number | null)[];
  readonly cpuLimitCores?: readonly (number | null)[];
  readonly callsStarted?: readonly (number | null)[];
}

/** A usage as collect-metrics sends it, with quiet signals. */
export function usageOf(
  series: Series,
  change: { forecaster?: string; oomKillsAtMs?: number[] } = {},
): FunctionUsage {
  const { oomKillsAtMs = [], ...rest } = change;
  const empty = { callsStarted: [], pods: [], totalCpuCores: [], throttledSeconds: [], throttledPeriods: [] };
  return functionUsageSchema.parse({
    name: 'qrcode',
    namespace: 'openfaas-fn',
    series: { cpuCores: [], memoryBytes: [], cpuLimitCores: [], memoryLimitBytes: [], ...empty, ...series },
    signals: {
      ...{ stretch: null, throttledPeriods: 0, cpuSecondsPerCall: null, callsStartedPerSecond: null },
      ...{ callsInFlight: null, durationP95Seconds: null, durationCalls: 0, restartedAtMs: null },
      ...{ notReady: false, notReadyThrottled: false, cpuSecondsUntilReady: null, lastCpuCores: null },
      ...{ lastMemoryBytes: null, maximumCpuCores: null, maximumMemoryBytes: null, censoredAtMs: null },
      oomKills: oomKillsAtMs.map((atMs) => ({ atMs, memoryLimitBytes: null })),
    },
    ...rest,
  });
}
