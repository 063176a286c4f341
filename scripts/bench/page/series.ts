/** Counters of the benchmark's functions over an hour, each on a rhythm of its own. */
import type { CallSeries, ContainerSeries } from '#core/usage/reading.ts';
import { END_MS, liveFunction, NAMESPACE, STEP_MS, STEPS } from '../cluster.ts';

const BOUNDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, Infinity];

const TIMES = Float64Array.from({ length: STEPS + 1 }, (_, step) => END_MS - (STEPS - step) * STEP_MS);

const column = (valueAt: (step: number) => number): Float64Array => TIMES.map((_, step) => valueAt(step));

const callsAt = (index: number, step: number): number => Math.floor(step * (4 + (index % 3)));

export function containerSeries(index: number): ContainerSeries {
  const { pods } = liveFunction(undefined, index);
  return {
    namespace: NAMESPACE,
    pod: pods[0]?.pod ?? '',
    startedAtMs: END_MS - 7_200_000,
    timesMs: TIMES,
    cpuSeconds: column((step) => step * 0.31 + Math.sin((step + index) / 9) * 0.3 + 1),
    throttledSeconds: column((step) => step * 0.01),
    throttledPeriods: column((step) => step),
    memoryBytes: column((step) => 3e7 + ((step * 7919 + index * 104_729) % 4096) * 4096),
    oomEvents: column(() => 0),
    cpuLimitCores: column(() => 0.5),
    memoryLimitBytes: column(() => 2 ** 28),
  };
}

export function callSeries(index: number): CallSeries {
  const calls = column((step) => callsAt(index, step));
  return {
    namespace: NAMESPACE,
    functionName: `fn-${index}`,
    timesMs: TIMES,
    started: calls,
    completed: calls,
    durationBoundsSeconds: BOUNDS,
    durationCounts: BOUNDS.map((_, bound) =>
      calls.map((count) => Math.floor((count * (bound + 1)) / BOUNDS.length)),
    ),
  };
}
