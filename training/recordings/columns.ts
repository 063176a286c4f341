import { join } from 'node:path';
import type { CallSeries, ContainerSeries } from '#core/usage/reading.ts';
import { NumberColumn } from '../data/number-column.ts';
import { GATEWAY_COLUMNS, POD_COLUMNS, USAGE_COLUMNS } from './format.ts';
import { readRows } from './table.ts';

/** All but those that tell a run apart. */
const COUNTERS = USAGE_COLUMNS.filter((column) => column !== 'pod' && column !== 'started_ms');

type Counter = (typeof COUNTERS)[number];

interface Run {
  readonly pod: string;
  readonly startedMs: number;
  readonly columns: Readonly<Record<Counter, NumberColumn>>;
}

/** The raw counters of a function's containers, one series for each run of one. Throws `data-invalid`. */
export async function readContainers(
  directory: string,
  namespace: string,
  name: string,
): Promise<readonly ContainerSeries[]> {
  const runs = new Map<string, Run>();
  for await (const row of readRows(join(directory, 'usage.csv'), USAGE_COLUMNS)) {
    const pod = row.text('pod');
    const startedMs = row.number('started_ms');
    const run = runs.get(`${pod}/${startedMs}`) ?? newRun(pod, startedMs);
    runs.set(`${pod}/${startedMs}`, run);
    for (const counter of COUNTERS) run.columns[counter].push(row.number(counter));
  }
  return Array.from(runs.values(), ({ pod, startedMs, columns }) => ({
    namespace,
    pod,
    container: name,
    startedAtMs: Number.isNaN(startedMs) ? null : startedMs,
    timesMs: columns.time_ms.take(),
    cpuSeconds: columns.cpu_seconds.take(),
    throttledSeconds: columns.throttled_seconds.take(),
    throttledPeriods: columns.throttled_periods.take(),
    memoryBytes: columns.memory_bytes.take(),
    oomEvents: columns.oom_events.take(),
    cpuLimitCores: columns.cpu_limit_cores.take(),
    memoryLimitBytes: columns.memory_limit_bytes.take(),
  }));
}

function newRun(pod: string, startedMs: number): Run {
  return {
    pod,
    startedMs,
    columns: {
      time_ms: new NumberColumn(),
      cpu_seconds: new NumberColumn(),
      throttled_seconds: new NumberColumn(),
      throttled_periods: new NumberColumn(),
      memory_bytes: new NumberColumn(),
      oom_events: new NumberColumn(),
      cpu_limit_cores: new NumberColumn(),
      memory_limit_bytes: new NumberColumn(),
    },
  };
}

/** The gateway's counters of a function's calls. Throws `data-invalid`. */
export async function readCalls(
  directory: string,
  namespace: string,
  functionName: string,
): Promise<CallSeries> {
  const [timesMs, started, completed] = [new NumberColumn(), new NumberColumn(), new NumberColumn()];
  for await (const row of readRows(join(directory, 'gateway.csv'), GATEWAY_COLUMNS)) {
    timesMs.push(row.number('time_ms'));
    started.push(row.number('started'));
    completed.push(row.number('completed'));
  }
  return {
    namespace,
    functionName,
    timesMs: timesMs.take(),
    started: started.take(),
    completed: completed.take(),
    durationBoundsSeconds: [],
    durationCounts: [],
  };
}

/** When pods were ended for want of memory, Unix ms, ascending. Throws `data-invalid`. */
export async function readOomKills(directory: string): Promise<readonly number[]> {
  const endedMs = new Set<number>();
  for await (const row of readRows(join(directory, 'pods.csv'), POD_COLUMNS)) {
    if (row.text('last_reason') === 'OOMKilled') endedMs.add(row.number('last_ended_ms'));
  }
  return [...endedMs].sort((a, b) => a - b);
}
