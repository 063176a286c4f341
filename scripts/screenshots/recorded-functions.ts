import { basename, join } from 'node:path';
import type { CallSeries, ContainerSeries, PodFacts, Resources } from '#core/usage/reading.ts';
import { readCalls, readContainers } from '../../training/recordings/columns.ts';
import { CALL_COLUMNS, POD_COLUMNS } from '../../training/recordings/format.ts';
import { readRows } from '../../training/recordings/table.ts';

/** One function of a recording, as sources and the API server told of it. */
export interface RecordedFunction {
  readonly name: string;
  readonly containers: readonly ContainerSeries[];
  /** The gateway's counters, with the durations that the callers saw. */
  readonly calls: CallSeries;
  readonly pods: readonly PodRow[];
}

/** A pod as it was listed from `atMs` on. */
interface PodRow extends Pick<
  PodFacts,
  'pod' | 'ready' | 'readySinceMs' | 'startedAtMs' | 'restarts' | 'lastTermination'
> {
  readonly atMs: number;
}

/** Buckets of gateway_functions_seconds. */
const BOUNDS_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, Infinity];

/** The recording of a function, under a name. Throws `data-invalid`. */
export async function readRecordedFunction(
  directory: string,
  namespace: string,
  name: string,
): Promise<RecordedFunction> {
  const [containers, counters, ended, pods] = await Promise.all([
    readContainers(directory, namespace, name),
    readCalls(directory, namespace, name),
    readEnded(directory),
    readPods(directory),
  ]);
  const renamed = (pod: string): string => pod.replace(basename(directory), name);
  const durationCounts = BOUNDS_SECONDS.map((bound) => {
    const within = ended.filter(({ seconds }) => seconds <= bound);
    return counters.timesMs.map((atMs) => within.filter(({ endedMs }) => endedMs <= atMs).length);
  });
  return {
    name,
    containers: containers.map((series) => ({ ...series, pod: renamed(series.pod) })),
    calls: { ...counters, durationBoundsSeconds: BOUNDS_SECONDS, durationCounts },
    pods: pods.map((row) => ({ ...row, pod: renamed(row.pod) })),
  };
}

async function readEnded(directory: string): Promise<{ endedMs: number; seconds: number }[]> {
  const ended: { endedMs: number; seconds: number }[] = [];
  for await (const row of readRows(join(directory, 'calls.csv'), CALL_COLUMNS)) {
    const latencyMs = row.number('latency_ms');
    ended.push({ endedMs: row.number('due_ms') + latencyMs, seconds: latencyMs / 1000 });
  }
  return ended;
}

const known = (value: number): number | null => (Number.isNaN(value) ? null : value);

async function readPods(directory: string): Promise<PodRow[]> {
  const rows: PodRow[] = [];
  for await (const row of readRows(join(directory, 'pods.csv'), POD_COLUMNS)) {
    const readySinceMs = known(row.number('ready_since_ms'));
    const endedMs = known(row.number('last_ended_ms'));
    rows.push({
      atMs: row.number('time_ms'),
      pod: row.text('pod'),
      ready: readySinceMs !== null,
      readySinceMs,
      startedAtMs: known(row.number('started_ms')),
      restarts: row.number('restarts'),
      lastTermination:
        endedMs === null
          ? null
          : { reason: row.text('last_reason'), exitCode: row.number('last_exit_code'), atMs: endedMs },
    });
  }
  return rows;
}

/** A pod that has not been sampled for so long is gone. */
const GONE_MS = 60_000;

/** The pods that were there at a time, with the sizes that they are to have. */
export function podsAt(
  { name, containers, pods }: RecordedFunction,
  namespace: string,
  atMs: number,
  sizes: Resources,
): PodFacts[] {
  const sampled = new Set(
    containers
      .filter(({ timesMs }) => timesMs.some((time) => time <= atMs && time > atMs - GONE_MS))
      .map(({ pod }) => pod),
  );
  const newest = new Map(pods.filter((row) => row.atMs <= atMs).map((row) => [row.pod, row]));
  return [...newest.values()]
    .filter(({ pod }) => sampled.has(pod))
    .map(({ pod, ready, readySinceMs, startedAtMs, restarts, lastTermination }) => ({
      pod,
      ready,
      readySinceMs,
      startedAtMs,
      restarts,
      lastTermination,
      namespace,
      functionName: name,
      container: name,
      uid: pod,
      node: 'recorded',
      qosClass: 'Burstable',
      desired: sizes,
      inForce: sizes,
    }));
}

/** What the container's limits were at a time. */
export function limitsAt(
  { containers }: RecordedFunction,
  atMs: number,
): Pick<Resources, 'cpuLimitCores' | 'memoryLimitBytes'> {
  const last = containers.findLast(({ timesMs }) => (timesMs[0] ?? Infinity) <= atMs) ?? containers[0];
  const at = last === undefined ? -1 : last.timesMs.findLastIndex((time) => time <= atMs);
  return {
    cpuLimitCores: known(last?.cpuLimitCores[Math.max(0, at)] ?? NaN),
    memoryLimitBytes: known(last?.memoryLimitBytes[Math.max(0, at)] ?? NaN),
  };
}

/** The samples of [fromMs, toMs]. */
export function containersWithin(
  { containers }: RecordedFunction,
  fromMs: number,
  toMs: number,
): ContainerSeries[] {
  return containers.flatMap((series) => {
    const [from, to] = span(series.timesMs, fromMs, toMs);
    const cut = (column: Float64Array): Float64Array => column.subarray(from, to);
    if (from === to) return [];
    return [
      {
        ...series,
        timesMs: cut(series.timesMs),
        cpuSeconds: cut(series.cpuSeconds),
        throttledSeconds: cut(series.throttledSeconds),
        throttledPeriods: cut(series.throttledPeriods),
        memoryBytes: cut(series.memoryBytes),
        oomEvents: cut(series.oomEvents),
        cpuLimitCores: cut(series.cpuLimitCores),
        memoryLimitBytes: cut(series.memoryLimitBytes),
      },
    ];
  });
}

export function callsWithin({ calls }: RecordedFunction, fromMs: number, toMs: number): CallSeries {
  const [from, to] = span(calls.timesMs, fromMs, toMs);
  const cut = (column: Float64Array): Float64Array => column.subarray(from, to);
  return {
    ...calls,
    timesMs: cut(calls.timesMs),
    started: cut(calls.started),
    completed: cut(calls.completed),
    durationCounts: calls.durationCounts.map(cut),
  };
}

function span(timesMs: Float64Array, fromMs: number, toMs: number): readonly [from: number, to: number] {
  const first = timesMs.findIndex((time) => time >= fromMs);
  return first < 0 ? [0, 0] : [first, timesMs.findLastIndex((time) => time <= toMs) + 1];
}
