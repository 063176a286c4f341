import type { PodCounters } from '../workloads/model.ts';

/** CPU over a window as metrics-server reports it, and the memory at its end. */
export interface PodUsage {
  readonly atMs: number;
  readonly windowMs: number;
  readonly cpuCores: number;
  readonly memoryBytes: number;
}

/** A shorter window gives rates that are noise: it is no sample. */
const MIN_WINDOW_MS = 5_000;

/** Keeps, per pod, samples that reach back at least one window. */
export class UsageWindow {
  readonly #samples = new Map<string, readonly PodCounters[]>();

  observe(counters: readonly PodCounters[]): void {
    const present = new Set(counters.map((sample) => sample.podUid));
    for (const uid of this.#samples.keys()) if (!present.has(uid)) this.#samples.delete(uid);
    for (const sample of counters) {
      this.#samples.set(sample.podUid, extend(this.#samples.get(sample.podUid) ?? [], sample));
    }
  }

  /** Undefined until the pod's process has been seen over a window. */
  usage(podUid: string): PodUsage | undefined {
    const samples = this.#samples.get(podUid) ?? [];
    const [first] = samples;
    const last = samples.at(-1);
    if (!first || !last || last.atMs - first.atMs < MIN_WINDOW_MS) return undefined;
    const windowMs = last.atMs - first.atMs;
    return {
      atMs: last.atMs,
      windowMs,
      cpuCores: (last.cpuSeconds - first.cpuSeconds) / (windowMs / 1000),
      memoryBytes: last.workingSetBytes,
    };
  }
}

function extend(samples: readonly PodCounters[], next: PodCounters): readonly PodCounters[] {
  const last = samples.at(-1);
  if (!last) return [next];
  if (next.startedAtMs !== last.startedAtMs || next.cpuSeconds < last.cpuSeconds) return [next];
  if (next.atMs <= last.atMs) return samples;
  const all = [...samples, next];
  const needed = all.findLastIndex((sample) => next.atMs - sample.atMs >= MIN_WINDOW_MS);
  return needed < 0 ? all : all.slice(needed);
}
