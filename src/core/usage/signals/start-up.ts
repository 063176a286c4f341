import type { PodHistory } from '../pod-history.ts';
import { throttling } from './stretch.ts';

/** Stretch from which a pod counts as held back (DESIGN §5, Rescue). */
const HELD_BACK = 0.1;

/** Later than this after ready, a first sample tells of the work since, under a limit that may be another by now. */
const LATEST_MS = 60_000;

/** Whether a pod is not ready, and whether its CPU limit holds such a pod back. */
export function readiness(pods: readonly PodHistory[]): { notReady: boolean; notReadyThrottled: boolean } {
  const starting = pods.filter(({ facts }) => facts?.ready === false);
  return {
    notReady: starting.length > 0,
    // Any limit's samples count: a pod that cannot start need not wait for fresh ones.
    notReadyThrottled: starting.some(({ containers }) => {
      const { cpuSeconds, throttledSeconds } = throttling(containers, null);
      return throttledSeconds > 0 && throttledSeconds >= HELD_BACK * cpuSeconds;
    }),
  };
}

/** Unix ms of the newest restart since `fromMs`. */
export function restartedAtMs(pods: readonly PodHistory[], fromMs: number): number | null {
  const times = pods.flatMap(({ facts }) => {
    if (facts === null || facts.restarts === 0) return [];
    const atMs = facts.startedAtMs ?? facts.lastTermination?.atMs ?? null;
    return atMs !== null && atMs >= fromMs ? [atMs] : [];
  });
  return times.length === 0 ? null : Math.round(Math.max(...times));
}

/**
 * CPU-seconds that one pod used from its start until ready. Samples are many seconds apart and start-up burns in the
 * first of them, so a straight line between samples tells too little: this is the counter at the first sample after
 * ready, as far as the limit then allowed that much, and at least what the line gives. Null where watching began later.
 */
function untilReady({ facts, containers }: PodHistory, fromMs: number): number | null {
  const { startedAtMs = null, readySinceMs = null } = facts ?? {};
  if (startedAtMs === null || readySinceMs === null || startedAtMs < fromMs) return null;
  if (readySinceMs < startedAtMs) return null;
  let [lastMs, lastSeconds] = [startedAtMs, 0];
  for (const { timesMs, cpuSeconds, cpuLimitCores } of containers) {
    for (let at = 0; at < timesMs.length; at += 1) {
      const [time, seconds] = [timesMs[at] ?? NaN, cpuSeconds[at] ?? NaN];
      // The kubelet's times are whole seconds.
      if (time < startedAtMs + 1000 || Number.isNaN(seconds)) continue;
      if (time < readySinceMs) {
        [lastMs, lastSeconds] = [time, seconds];
        continue;
      }
      if (time > readySinceMs + LATEST_MS) return null;
      const share = time > lastMs ? (readySinceMs - lastMs) / (time - lastMs) : 1;
      const straight = lastSeconds + Math.max(0, seconds - lastSeconds) * share;
      const limit = cpuLimitCores[at] ?? NaN;
      // Both times are cut to whole seconds, so up to a second more lay between them.
      const longestSeconds = (readySinceMs - startedAtMs) / 1000 + 1;
      const possible = Number.isNaN(limit) ? Infinity : limit * longestSeconds;
      return Math.max(straight, Math.min(seconds, possible));
    }
  }
  return null;
}

/** CPU-seconds until ready of the pod that needed most, among those that started since `fromMs`; null without any. */
export function cpuSecondsUntilReady(pods: readonly PodHistory[], fromMs: number): number | null {
  const needs = pods.map((pod) => untilReady(pod, fromMs)).filter((need) => need !== null);
  return needs.length === 0 ? null : Math.max(...needs);
}
