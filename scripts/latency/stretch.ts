import type { Sized } from '../../test/cluster/installation.ts';
import { spreadOf } from '../bench/spread.ts';
import type { Place } from './place.ts';

/** More than any machine has that this runs on: it never throttles, and a limit that is there can be lowered in place. */
const UNLIMITED_CORES = 64;
/** As far apart as cAdvisor's samples. */
const SAMPLE_MS = 10_000;
/** Of the neighbour, which is to be busy before the first call and after the last. */
const MARGIN_MS = 2000;

/** Twins: what is measured, and what keeps the node busy beside it with the same right to CPU. */
export const STRETCH_FUNCTIONS = ['stretched', 'neighbour'].map((name): Sized => ({
  name,
  image: 'workload',
  limits: { cpu: String(UNLIMITED_CORES), memory: '256Mi' },
  requests: { cpu: '100m', memory: '96Mi' },
  annotations: { mode: 'off' },
}));

interface Shape {
  readonly name: string;
  readonly threads: number;
  /** About 100 ms of CPU are 200 000. */
  readonly iterations: number;
  readonly pauseMs: number;
  readonly limits: readonly number[];
}

const SHAPES: readonly Shape[] = [
  { name: 'one thread', threads: 1, iterations: 200_000, pauseMs: 0, limits: [0.2, 0.5] },
  { name: 'one thread, 10 ms and pauses', threads: 1, iterations: 20_000, pauseMs: 150, limits: [0.1] },
  { name: 'one thread, 50 ms and pauses', threads: 1, iterations: 100_000, pauseMs: 400, limits: [0.2] },
  { name: 'two threads', threads: 2, iterations: 200_000, pauseMs: 0, limits: [0.2, 1] },
];

/** Calls of one kind under one limit, beside nothing or a busy neighbour. */
export interface StretchRow {
  readonly shape: string;
  readonly limitCores: number;
  readonly node: 'idle' | 'busy';
  /** Medians over the runs. */
  readonly callMs: number;
  /** Mean duration of a call ÷ the same without a limit, on the same kind of node. */
  readonly slowdown: number;
  readonly slowdowns: readonly number[];
  /** 1 + Δ throttled seconds ÷ Δ CPU seconds. */
  readonly predicted: number;
  /** Slowdown ÷ predicted: 1 where the counters tell the truth. */
  readonly agreement: number;
}

interface Sample {
  readonly meanMs: number;
  readonly stretch: number;
}

async function sample(place: Place, shape: Shape, limitCores: number, busy: boolean): Promise<Sample> {
  await place.limit('stretched', limitCores);
  const body = JSON.stringify({ iterations: shape.iterations, threads: shape.threads });
  const neighbour = busy
    ? place.callInTurn('neighbour', {
        body: JSON.stringify({ iterations: 400_000, threads: 4 }),
        durationMs: SAMPLE_MS + 2 * MARGIN_MS,
        pauseMs: 0,
      })
    : Promise.resolve();
  if (busy) await new Promise((resolve) => setTimeout(resolve, MARGIN_MS));
  const before = await place.counters('stretched');
  const durations = await place.callInTurn('stretched', { ...shape, body, durationMs: SAMPLE_MS });
  const after = await place.counters('stretched');
  await neighbour;
  const throttled = after.throttledSeconds - before.throttledSeconds;
  return {
    meanMs: durations.reduce((sum, duration) => sum + duration, 0) / durations.length,
    stretch: throttled / (after.cpuSeconds - before.cpuSeconds),
  };
}

/**
 * Each kind of call under each limit, and in turn without one, so that both meet the same machine.
 *
 * What to expect of a thread that would get s of a core and is held to L < s: it burns L in each period, which takes it
 * L ÷ s among its neighbours, and is throttled for the rest. So 1 + stretch = (1 + L − L ÷ s) ÷ L, while the limit slows
 * it s ÷ L times. On an idle node, where s is 1, they are the same; on a busy one 1 + stretch is larger, by up to
 * (1 + L)² ÷ 4L: it never tells of less than the limit's slowdown, and L × (1 + stretch) is never above 1 + L.
 */
export async function measureStretch(
  place: Place,
  runs: number,
  progress: (text: string) => void,
): Promise<readonly StretchRow[]> {
  const rows: StretchRow[] = [];
  for (const node of ['idle', 'busy'] as const)
    for (const shape of SHAPES) {
      const pairs: (readonly [Sample, number, Sample])[] = [];
      for (let run = 0; run < runs; run += 1) {
        const free = await sample(place, shape, UNLIMITED_CORES, node === 'busy');
        for (const limit of shape.limits)
          pairs.push([free, limit, await sample(place, shape, limit, node === 'busy')]);
      }
      for (const limit of shape.limits) {
        const row = rowOf(
          shape,
          node,
          limit,
          pairs.filter(([, cores]) => cores === limit),
        );
        progress(
          `${shape.name}, limit ${limit}, ${node}: slowdown ${row.slowdown.toFixed(2)}, 1 + stretch ${row.predicted.toFixed(2)}`,
        );
        rows.push(row);
      }
    }
  return rows;
}

function rowOf(
  { name }: Shape,
  node: StretchRow['node'],
  limitCores: number,
  pairs: readonly (readonly [Sample, number, Sample])[],
): StretchRow {
  const median = (values: readonly number[]): number => spreadOf(values).median;
  const slowdowns = pairs.map(([free, , limited]) => limited.meanMs / free.meanMs);
  return {
    shape: name,
    limitCores,
    node,
    callMs: median(pairs.map(([, , { meanMs }]) => meanMs)),
    slowdown: median(slowdowns),
    slowdowns,
    predicted: median(pairs.map(([, , { stretch }]) => 1 + stretch)),
    agreement: median(pairs.map(([, , { stretch }], run) => (slowdowns[run] ?? NaN) / (1 + stretch))),
  };
}
