import type { CallSeries, ContainerSeries } from '#core/usage/reading.ts';
import { readNumber } from '../exposition/number.ts';
import { cpuLimitCores, memoryLimitBytes } from './container-store.ts';
import { splitFunctionName } from './function-name.ts';
import type { RawSeries } from './prometheus-api.ts';
import type { PrometheusQueries } from './prometheus-queries.ts';
import type { SeriesWindow } from './series-window.ts';

type Windows = Readonly<Record<keyof PrometheusQueries, SeriesWindow>>;

/** A counter that was not seen for this long is gone, not at rest. */
const STALE_MS = 60_000;

/** By cgroup path: a restarted container is another one. */
function containerKey({ labels }: RawSeries): string {
  return labels.id ?? `${labels.namespace ?? ''}/${labels.pod ?? ''}/${labels.container ?? ''}`;
}

/** Some kubelets give each CPU a line of its own beside the total. */
const isTotal = ({ labels }: RawSeries): boolean => (labels.cpu ?? 'total') === 'total';

function byContainer(window: SeriesWindow): ReadonlyMap<string, RawSeries> {
  const found = new Map<string, RawSeries>();
  for (const series of window.all()) if (isTotal(series)) found.set(containerKey(series), series);
  return found;
}

/** Values at exactly the given times: cAdvisor stamps one container's samples alike. */
function sameTime(timesMs: Float64Array, series: RawSeries | undefined): Float64Array {
  let at = 0;
  return timesMs.map((time) => {
    while (series !== undefined && (series.timesMs[at] ?? Infinity) < time) at += 1;
    return series?.timesMs[at] === time ? (series.values[at] ?? NaN) : NaN;
  });
}

/** Last values at or before the given times, which surely held then; before the first of them, that one. */
function lastBefore(timesMs: Float64Array, series: RawSeries | undefined): Float64Array {
  let at = 0;
  return timesMs.map((time) => {
    while (series !== undefined && (series.timesMs[at + 1] ?? Infinity) <= time) at += 1;
    return series?.values[at] ?? NaN;
  });
}

/** One container's series, from the queries' answers, at the times of its CPU samples. */
export function joinContainers(windows: Windows, fromMs: number): readonly ContainerSeries[] {
  const columns = {
    throttledSeconds: byContainer(windows.throttledSeconds),
    throttledPeriods: byContainer(windows.throttledPeriods),
    memoryBytes: byContainer(windows.memoryBytes),
    oomEvents: byContainer(windows.oomEvents),
    startSeconds: byContainer(windows.startSeconds),
    cpuQuota: byContainer(windows.cpuQuota),
    cpuPeriod: byContainer(windows.cpuPeriod),
    memoryLimitBytes: byContainer(windows.memoryLimitBytes),
  };
  return Array.from(byContainer(windows.cpuSeconds), ([key, cpu]) => {
    const first = cpu.timesMs.findIndex((time) => time >= fromMs);
    const from = first === -1 ? cpu.timesMs.length : first;
    const timesMs = cpu.timesMs.subarray(from);
    const startSeconds = columns.startSeconds.get(key)?.values.at(-1) ?? NaN;
    const quota = lastBefore(timesMs, columns.cpuQuota.get(key));
    const period = lastBefore(timesMs, columns.cpuPeriod.get(key));
    return {
      namespace: cpu.labels.namespace ?? '',
      pod: cpu.labels.pod ?? '',
      container: cpu.labels.container ?? '',
      startedAtMs: startSeconds > 0 ? Math.round(startSeconds * 1000) : null,
      timesMs,
      cpuSeconds: cpu.values.subarray(from),
      throttledSeconds: sameTime(timesMs, columns.throttledSeconds.get(key)),
      throttledPeriods: sameTime(timesMs, columns.throttledPeriods.get(key)),
      memoryBytes: sameTime(timesMs, columns.memoryBytes.get(key)),
      oomEvents: sameTime(timesMs, columns.oomEvents.get(key)),
      cpuLimitCores: quota.map((value, i) => cpuLimitCores({ cpuQuota: value, cpuPeriod: period[i] ?? NaN })),
      memoryLimitBytes: lastBefore(timesMs, columns.memoryLimitBytes.get(key)).map(memoryLimitBytes),
    };
  }).filter(({ timesMs }) => timesMs.length > 0);
}

interface FunctionCalls {
  readonly namespace: string;
  readonly name: string;
  readonly started: RawSeries[];
  readonly completed: RawSeries[];
  readonly buckets: Map<number, RawSeries[]>;
}

function byFunction(windows: Windows, defaultNamespace: string): Iterable<FunctionCalls> {
  const functions = new Map<string, FunctionCalls>();
  const of = ({ labels }: RawSeries): FunctionCalls => {
    const { name, namespace } = splitFunctionName(labels.function_name ?? '', defaultNamespace);
    const key = `${namespace}/${name}`;
    const known = functions.get(key) ?? { namespace, name, started: [], completed: [], buckets: new Map() };
    functions.set(key, known);
    return known;
  };
  for (const series of windows.started.all()) of(series).started.push(series);
  for (const series of windows.completed.all()) of(series).completed.push(series);
  for (const series of windows.durations.all()) {
    const bound = readNumber(series.labels.le ?? '');
    if (bound === undefined) continue;
    const { buckets } = of(series);
    buckets.set(bound, [...(buckets.get(bound) ?? []), series]);
  }
  return functions.values();
}

/** Sum of counters at the given times; one that is not there, or no longer, counts 0. */
function total(timesMs: Float64Array, counters: readonly RawSeries[]): Float64Array {
  const sum = new Float64Array(timesMs.length);
  for (const { timesMs: sampled, values } of counters) {
    let at = -1;
    timesMs.forEach((time, i) => {
      while ((sampled[at + 1] ?? Infinity) <= time) at += 1;
      if (at >= 0 && time - (sampled[at] ?? 0) <= STALE_MS) sum[i] = (sum[i] ?? 0) + (values[at] ?? 0);
    });
  }
  return sum;
}

function scrapeTimes(windows: Windows): Float64Array {
  const times = new Set<number>();
  for (const window of [windows.started, windows.completed]) {
    for (const series of window.all()) for (const time of series.timesMs) times.add(time);
  }
  return Float64Array.from(times).sort();
}

/**
 * Call counters by function, spellings, codes and gateways added up, at the times the gateway was scraped. They begin
 * one scrape before a function's first sample, where its counters were 0.
 */
export function joinCalls(windows: Windows, fromMs: number, defaultNamespace: string): readonly CallSeries[] {
  const scrapes = scrapeTimes(windows);
  const knowsStarted = [...windows.started.all()].length > 0;
  return Array.from(
    byFunction(windows, defaultNamespace),
    ({ namespace, name, started, completed, buckets }) => {
      const firstMs = Math.min(...[...started, ...completed].map(({ timesMs }) => timesMs[0] ?? Infinity));
      const first = Math.max(0, scrapes.findIndex((time) => time >= firstMs) - 1);
      const timesMs = scrapes.subarray(first).filter((time) => time >= fromMs);
      const bounds = [...buckets.keys()].sort((a, b) => a - b);
      return {
        namespace,
        functionName: name,
        timesMs,
        started: knowsStarted ? total(timesMs, started) : new Float64Array(timesMs.length).fill(NaN),
        completed: total(timesMs, completed),
        durationBoundsSeconds: bounds,
        durationCounts: bounds.map((bound) => total(timesMs, buckets.get(bound) ?? [])),
      };
    },
  ).filter(({ timesMs }) => timesMs.length > 0);
}
