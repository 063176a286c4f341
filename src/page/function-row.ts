import type { LiveFunction } from '#core/chain/ports.ts';
import { readSettings } from '#core/annotations/read-settings.ts';
import type { Signals } from '#core/messages/usage.ts';
import { newestPod } from '#core/policy/build-context.ts';
import { POLICY } from '#core/policy/constants.ts';
import type { Resources } from '#core/usage/reading.ts';
import type { FunctionRow } from './api.ts';
import type { Observed, ObservedFunction } from './observed.ts';
import { trendOf } from './trend.ts';

/** For how long a kill is news. */
const KILL_IS_NEWS_MS = 15 * 60_000;

/** The worst that is true now. */
function healthOf(signals: Signals, now: number): FunctionRow['health'] {
  const { oomKills, notReady, stretch, throttledPeriods, lastCpuCores, lastMemoryBytes } = signals;
  if (oomKills.some(({ atMs }) => now - atMs <= KILL_IS_NEWS_MS)) return 'out-of-memory';
  if (notReady) return 'not-ready';
  if ((stretch ?? 0) >= POLICY.stretch && throttledPeriods >= POLICY.throttledPeriods) return 'throttled';
  return lastCpuCores === null && lastMemoryBytes === null ? 'unknown' : 'fine';
}

/** What the pods have now: of several, the newest. */
export function allocatedOf(live: LiveFunction): Resources {
  return newestPod(live.pods)?.inForce ?? live.template;
}

/** Requests of all pods − their highest use together; null where either is not known. */
function wasteOf(request: number | null, highest: number | null, pods: number): number | null {
  return request === null || highest === null ? null : request * pods - highest;
}

const times = (value: number | null, factor: number): number | null =>
  value === null ? null : value * factor;

/** One function in the list. Pure. */
export function functionRow(
  observed: ObservedFunction,
  { at, stepMs }: Pick<Observed, 'at' | 'stepMs'>,
): FunctionRow {
  const { live, usage, forecast, decisions, recommended } = observed;
  const { signals } = usage;
  const allocated = allocatedOf(live);
  const pods = live.pods.length;
  const last = decisions.at(-1);
  const highestCpu = signals.maximumTotalCpuCores ?? times(signals.maximumCpuCores, pods);
  return {
    namespace: live.namespace,
    name: live.name,
    mode: readSettings(live.annotations).settings?.mode ?? 'invalid',
    health: healthOf(signals, at),
    pods,
    cpuCores: signals.lastCpuCores,
    memoryBytes: signals.lastMemoryBytes,
    allocated,
    trend: trendOf(usage, stepMs, allocated.cpuRequestCores),
    recommended,
    wasteCpuCores: wasteOf(allocated.cpuRequestCores, highestCpu, pods),
    wasteMemoryBytes: wasteOf(allocated.memoryRequestBytes, times(signals.maximumMemoryBytes, pods), pods),
    stretch: signals.stretch,
    callsPerSecond: signals.callsStartedPerSecond,
    latencyP95Seconds: signals.durationP95Seconds,
    skill: forecast.evidence.skill,
    coverage: forecast.evidence.coverage,
    lastDecision: last === undefined ? null : { at: last.at, action: last.action, reason: last.reason },
  };
}
