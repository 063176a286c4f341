import type { CleanContainer } from '../clean-samples.ts';
import type { PodHistory } from '../pod-history.ts';

/** Time of the first sample of the newest stretch of samples with one and the same CPU limit, none included. */
function sinceMs({ timesMs, cpuLimitCores }: CleanContainer): number {
  const current = cpuLimitCores.at(-1) ?? NaN;
  let at = timesMs.length - 1;
  while (at > 0 && Object.is(cpuLimitCores[at - 1] ?? NaN, current)) at -= 1;
  return at > 0 ? (timesMs[at] ?? -Infinity) : -Infinity;
}

/** Unix ms of the first sample under the limit now in force in every pod; −Infinity where it never changed. */
export function limitSinceMs(pods: readonly PodHistory[]): number {
  const changes = pods.flatMap(({ containers }) => containers.slice(-1).map(sinceMs));
  return Math.max(-Infinity, ...changes);
}
