import type { CleanContainer } from '../clean-samples.ts';
import { forEachInterval, increase } from '../increments.ts';
import type { PodHistory } from '../pod-history.ts';

export interface OomKill {
  readonly atMs: number;
  readonly memoryLimitBytes: number | null;
}

/** What Node and the JVM abort with when their own heap, sized at start, is full. */
const ABORTED = 134;
/** SIGKILL: the kernel's for want of memory, but also a kubelet's that found a starved process dead. */
const KILLED = 137;

/** A process last seen below this share of its limit did not run out of memory. */
const FULL_SHARE = 0.5;

/** A counter's increase and a termination this close are one kill seen twice: the counter is sampled, late. */
export const SAME_KILL_MS = 45_000;

/** The column's newest value at `atMs`; null where there is none. */
function newestAt(
  containers: readonly CleanContainer[],
  atMs: number,
  column: 'memoryLimitBytes' | 'memoryBytes',
): number | null {
  let newest = NaN;
  for (const container of containers) {
    const { timesMs } = container;
    for (let at = 0; at < timesMs.length && (timesMs[at] ?? NaN) <= atMs; at += 1) {
      newest = container[column][at] ?? NaN;
    }
  }
  return Number.isNaN(newest) ? null : newest;
}

function counted({ containers }: PodHistory): OomKill[] {
  const kills: OomKill[] = [];
  for (const { timesMs, oomEvents, memoryLimitBytes } of containers) {
    // Whenever it happened, it happened: no gap is too long.
    forEachInterval(timesMs, oomEvents, Infinity, (from, to) => {
      if (increase(oomEvents[from] ?? NaN, oomEvents[to] ?? NaN) <= 0) return;
      const limit = memoryLimitBytes[from] ?? NaN;
      kills.push({
        atMs: Math.round(timesMs[to] ?? 0),
        memoryLimitBytes: Number.isNaN(limit) ? null : limit,
      });
    });
  }
  return kills;
}

function terminated({ facts, containers }: PodHistory, fromMs: number): OomKill[] {
  const last = facts?.lastTermination;
  if (!last || last.atMs < fromMs) return [];
  const memoryLimitBytes =
    newestAt(containers, last.atMs, 'memoryLimitBytes') ?? facts.inForce.memoryLimitBytes;
  const ranOut =
    (last.reason === 'OOMKilled' && last.exitCode !== 0) ||
    last.exitCode === ABORTED ||
    (last.exitCode === KILLED && wasFull(newestAt(containers, last.atMs, 'memoryBytes'), memoryLimitBytes));
  return ranOut ? [{ atMs: last.atMs, memoryLimitBytes }] : [];
}

/** True also where use or limit is not known: growing for nothing costs less than a loop of kills. */
function wasFull(memoryBytes: number | null, limitBytes: number | null): boolean {
  return memoryBytes === null || limitBytes === null || memoryBytes >= FULL_SHARE * limitBytes;
}

/**
 * OOM kills in the window, newest last: increases of the kernel's counter (a forked child can be killed while the
 * container lives) and terminations by OOM or by the exit codes that mean the same.
 *
 * containerd gives the reason `OOMKilled` to whatever ends a container in which any process was ever killed for memory: one
 * that ended in order, with 0, as at a failed liveness probe, is not killed anew, and the counter told of the child.
 *
 * 134 always counts. 137 without the reason `OOMKilled` is SIGKILL by somebody: the kernel, where PID 1 waits for the
 * child that was killed and hands its code on, or the kubelet, whose liveness probe found a process starved of CPU. The
 * second would make memory grow by half at each failed start, up to a leak that is none, while what is missing is CPU.
 * So it counts unless the process is known to have used less than half its limit; as a restart it counts in any case.
 */
export function oomKills(pods: readonly PodHistory[], fromMs: number): OomKill[] {
  return pods
    .flatMap((pod) => {
      const exact = terminated(pod, fromMs);
      const others = counted(pod).filter(({ atMs }) =>
        exact.every((kill) => Math.abs(kill.atMs - atMs) > SAME_KILL_MS),
      );
      return [...others, ...exact];
    })
    .filter(({ atMs }) => atMs >= fromMs)
    .sort((a, b) => a.atMs - b.atMs);
}
