import type { CleanContainer } from '../clean-samples.ts';
import { forEachInterval, increase } from '../increments.ts';
import type { PodHistory } from '../pod-history.ts';

export interface OomKill {
  readonly atMs: number;
  readonly memoryLimitBytes: number | null;
}

/** 137 is SIGKILL; 134 is what Node and the JVM abort with when their own heap, sized at start, is full. */
const EXIT_CODES: readonly number[] = [134, 137];

/** A counter's increase and a termination this close are one kill seen twice: the counter is sampled, late. */
const SAME_KILL_MS = 45_000;

function limitAt(containers: readonly CleanContainer[], atMs: number): number | null {
  let limit = NaN;
  for (const { timesMs, memoryLimitBytes } of containers) {
    for (let at = 0; at < timesMs.length && (timesMs[at] ?? NaN) <= atMs; at += 1) {
      limit = memoryLimitBytes[at] ?? NaN;
    }
  }
  return Number.isNaN(limit) ? null : limit;
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
  if (last.reason !== 'OOMKilled' && !EXIT_CODES.includes(last.exitCode)) return [];
  const memoryLimitBytes = limitAt(containers, last.atMs) ?? facts.inForce.memoryLimitBytes;
  return [{ atMs: last.atMs, memoryLimitBytes }];
}

/**
 * OOM kills in the window, newest last: increases of the kernel's counter (a forked child can be killed while the
 * container lives) and terminations by OOM or by the exit codes that mean the same.
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
