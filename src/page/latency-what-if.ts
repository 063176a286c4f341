import { parseSettings } from '#core/annotations/parse-settings.ts';
import type { FunctionForecast } from '#core/messages/forecast.ts';
import type { Signals } from '#core/messages/usage.ts';
import { decide } from '#core/policy/decide.ts';
import type { FunctionState } from '#core/policy/state.ts';
import { replayedFunction } from '#core/replay/replayed-function.ts';
import { formatDurationMs } from '#core/units/duration.ts';
import type { Resources } from '#core/usage/reading.ts';
import { noSignals } from '#core/usage/signals/no-signals.ts';
import type { FunctionDetail } from './api.ts';
import { type Column, quantilesAt } from './column.ts';

/** As the signals are made: calls of the last 10 minutes, throttling of the last minute. */
const CALLS_MS = 600_000;
const THROTTLING_MS = 60_000;

/**
 * The CPU limit that each decision would have asked for under a latency budget, from the limit in force then: one step
 * ahead, since a record cannot tell what calls would have taken under another limit. Null where no limit is known.
 */
export function latencyWhatIf(
  detail: FunctionDetail,
  budgetSeconds: number,
  evidenceMs: number,
): (number | null)[] {
  const settings = parseSettings({
    'foresize/mode': 'recommend',
    'foresize/cpu-limit': 'latency',
    'foresize/latency-budget': formatDurationMs(Math.max(1, Math.round(budgetSeconds * 1000))),
    'foresize/evidence': formatDurationMs(evidenceMs),
  });
  const { namespace, name } = detail.row;
  const startMs = detail.times[0] ?? 0;
  let state: FunctionState | undefined;
  return detail.times.map((now, step) => {
    const cpuLimitCores = detail.cpu.limit[step] ?? null;
    if (cpuLimitCores === null) return null;
    const desired: Resources = {
      cpuRequestCores: detail.cpu.request[step] ?? null,
      cpuLimitCores,
      memoryRequestBytes: detail.memory.request[step] ?? null,
      memoryLimitBytes: detail.memory.limit[step] ?? null,
    };
    const live = replayedFunction({ namespace, name, startMs, annotations: {}, template: desired, desired });
    const forecast = forecastAt(detail, step, now);
    // What the last limit broke is not remembered: each decision stands for itself.
    const decided = decide({ now, cycle: step, live, settings, forecast, state, nodes: [] });
    state = decided.state;
    return decided.decision.to?.cpuLimitCores ?? cpuLimitCores;
  });
}

const sum = (column: Column): number => column.reduce<number>((total, value) => total + (value ?? 0), 0);

/** The first step of the span that ends with `step`, begun after the limit last changed. */
function fromStep({ cpu, stepMs }: FunctionDetail, step: number, spanMs: number): number {
  const longest = Math.max(0, step + 1 - Math.round(spanMs / stepMs));
  let from = step;
  while (from > longest && cpu.limit[from - 1] === cpu.limit[step]) from -= 1;
  return from;
}

function signalsAt(detail: FunctionDetail, step: number): Signals {
  const { usage, stepMs, cpu, memory, callsPerSecond, latencyP95Seconds } = detail;
  const throttled = fromStep(detail, step, THROTTLING_MS);
  const called = fromStep(detail, step, CALLS_MS);
  const { throttledSeconds, throttledPeriods, cpuCores } = usage.series;
  const cpuSeconds = (sum(cpuCores.slice(throttled, step + 1)) * stepMs) / 1000;
  const latencies = latencyP95Seconds.slice(called, step + 1).filter((value) => value !== null);
  return {
    ...noSignals(),
    stretch: cpuSeconds > 0 ? sum(throttledSeconds.slice(throttled, step + 1)) / cpuSeconds : null,
    throttledPeriods: Math.round(sum(throttledPeriods.slice(throttled, step + 1))),
    callsStartedPerSecond: callsPerSecond[step] ?? null,
    // The p95 of all calls together is at most the largest of the steps'.
    durationP95Seconds: latencies.length === 0 ? null : Math.max(...latencies),
    durationCalls: Math.round((sum(callsPerSecond.slice(called, step + 1)) * stepMs) / 1000),
    lastCpuCores: cpu.use[step] ?? null,
    maximumCpuCores: cpu.use[step] ?? null,
    lastMemoryBytes: memory.use[step] ?? null,
    maximumMemoryBytes: memory.use[step] ?? null,
  };
}

function forecastAt(detail: FunctionDetail, step: number, at: number): FunctionForecast {
  const { row, evidence, forecast } = detail;
  return {
    name: row.name,
    namespace: row.namespace,
    at,
    next: { cpu: null, memory: null },
    peak: { horizon: forecast.horizonMs, cpu: quantilesAt(forecast.cpu, step), memory: null },
    evidence: { ...evidence, age: 0, replay: null },
    signals: signalsAt(detail, step),
  };
}
