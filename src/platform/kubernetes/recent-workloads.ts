import type { Clock, Workloads } from '#core/chain/ports.ts';

interface Read<T> {
  readonly atMs: number;
  readonly value: Promise<T>;
}

/**
 * `workloads`, asked at most once in `reuseMs`: the shards of one cycle share a look at the cluster, where listing
 * thousands of pods for each would be quadratic. A failed look is not kept.
 */
export function recentWorkloads(workloads: Workloads, clock: Clock, reuseMs: number): Workloads {
  const surroundings = workloads.surroundings?.bind(workloads);
  return {
    functions: shared((signal) => workloads.functions(signal), clock, reuseMs),
    nodes: shared((signal) => workloads.nodes(signal), clock, reuseMs),
    ...(surroundings && { surroundings: shared(surroundings, clock, reuseMs) }),
  };
}

function shared<T>(
  read: (signal: AbortSignal) => Promise<T>,
  clock: Clock,
  reuseMs: number,
): (signal: AbortSignal) => Promise<T> {
  let last: Read<T> | null = null;
  return async (signal) => {
    const atMs = clock();
    if (last !== null && atMs - last.atMs < reuseMs) return last.value;
    const current: Read<T> = { atMs, value: read(signal) };
    last = current;
    try {
      return await current.value;
    } catch (error) {
      if (last === current) last = null;
      throw error;
    }
  };
}
