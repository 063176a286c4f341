import type { Signals } from '../../messages/usage.ts';
import type { CleanCalls } from '../clean-samples.ts';
import type { FunctionColumns } from '../function-columns.ts';
import { gridStartMs, type Grid } from '../grid.ts';
import type { PodHistory } from '../pod-history.ts';
import { rollingMean, stepsPerMean } from '../sixty-second-mean.ts';
import { callsInFlight, callsStartedPerSecond } from './call-rate.ts';
import { cpuSecondsPerCall, startingUp } from './call-cost.ts';
import { censoredSteps } from './censoring.ts';
import { bucketIncreases, histogramQuantile } from './duration-quantile.ts';
import { limitSinceMs } from './limit-since.ts';
import { largest, newest } from './newest-and-largest.ts';
import { oomKills } from './oom-kills.ts';
import { cpuSecondsUntilReady, readiness, restartedAtMs } from './start-up.ts';
import { worstStretch } from './stretch.ts';

/** The p95 of durations looks back at most this long. */
const DURATIONS_MS = 600_000;

function durations(
  pods: readonly PodHistory[],
  calls: CleanCalls | null,
  endMs: number,
): Pick<Signals, 'durationP95Seconds' | 'durationCalls'> {
  if (calls === null) return { durationP95Seconds: null, durationCalls: 0 };
  const increases = bucketIncreases(calls, Math.max(endMs - DURATIONS_MS, limitSinceMs(pods)));
  return {
    durationP95Seconds: histogramQuantile(0.95, calls.durationBoundsSeconds, increases),
    durationCalls: Math.round(increases.at(-1) ?? 0),
  };
}

function censoredAt(censored: Uint8Array, killsMs: readonly number[], grid: Grid): number | null {
  const step = censored.lastIndexOf(1);
  const atMs = Math.max(step === -1 ? -Infinity : gridStartMs(grid) + (step + 1) * grid.stepMs, ...killsMs);
  return Number.isFinite(atMs) ? atMs : null;
}

/** The facts that rescue needs, each as `signalsSchema` describes it. */
export function signalsOf(
  pods: readonly PodHistory[],
  calls: CleanCalls | null,
  columns: FunctionColumns,
  grid: Grid,
): Signals {
  const fromMs = gridStartMs(grid);
  const means = rollingMean(columns.cpuCores, stepsPerMean(grid.stepMs));
  const totals = rollingMean(columns.totalCpuCores, stepsPerMean(grid.stepMs));
  const censored = censoredSteps(means, columns.cpuLimitCores);
  const starting = startingUp(pods, grid);
  const kills = oomKills(pods, fromMs);
  return {
    ...worstStretch(pods, grid.endMs),
    cpuSecondsPerCall: cpuSecondsPerCall(
      columns.totalCpuCores,
      columns.callsStarted,
      (step) => censored[step] === 1 || starting[step] === 1,
      grid.stepMs,
    ),
    callsStartedPerSecond: callsStartedPerSecond(calls, grid.endMs),
    callsInFlight: callsInFlight(calls, grid.endMs),
    ...durations(pods, calls, grid.endMs),
    oomKills: kills,
    restartedAtMs: restartedAtMs(pods, fromMs),
    ...readiness(pods),
    cpuSecondsUntilReady: cpuSecondsUntilReady(pods, fromMs),
    lastCpuCores: newest(means),
    lastMemoryBytes: newest(columns.memoryBytes),
    maximumCpuCores: largest(means),
    maximumMemoryBytes: largest(columns.memoryBytes),
    lastTotalCpuCores: newest(totals),
    maximumTotalCpuCores: largest(totals),
    censoredAtMs: censoredAt(
      censored,
      kills.map(({ atMs }) => atMs),
      grid,
    ),
  };
}
