import type { Clock, MetricsSource } from '#core/chain/ports.ts';
import type { CallSeries, ContainerSeries } from '#core/usage/reading.ts';
import { joinCalls, joinContainers } from './join-series.ts';
import { querySamples, type PrometheusAddress } from './prometheus-api.ts';
import { defaultQueries, type Pins, type PrometheusQueries } from './prometheus-queries.ts';
import { SeriesWindow } from './series-window.ts';

export interface PrometheusOptions extends PrometheusAddress, Omit<Pins, 'namespaces'> {
  /** @default ['openfaas-fn'] */
  readonly namespaces?: readonly string[];
  /** Namespace of functions that are called by their bare name. @default the first of `namespaces` */
  readonly defaultNamespace?: string;
  /** Replace the default selectors, one by one. */
  readonly queries?: Partial<PrometheusQueries>;
  /** How long samples are kept. @default 1 h */
  readonly windowMs?: number;
  readonly clock: Clock;
}

/** Asked for again at each read: Prometheus may ingest a sample some seconds after its time. */
const OVERLAP_MS = 60_000;

/**
 * Reads from a Prometheus that scrapes cAdvisor and the gateway: a dozen instant queries of range selectors for all
 * functions at once, each only for what is new since the last read. `read` throws `source-unavailable` with what
 * Prometheus said; what was read before is kept.
 *
 * A rate or a recording rule cannot stand in for the counters here. The study that this began from looked at
 * `rate(container_cpu_usage_seconds_total[5m])` and `container_memory_working_set_bytes`: a five-minute staircase,
 * good for a dashboard, and what `foresize` reads from CSV.
 */
export function createPrometheusSource(options: PrometheusOptions): MetricsSource {
  const { clock, windowMs = 3_600_000, namespaces = ['openfaas-fn'] } = options;
  const defaultNamespace = options.defaultNamespace ?? namespaces[0] ?? 'openfaas-fn';
  const queries: PrometheusQueries = { ...defaultQueries({ ...options, namespaces }), ...options.queries };
  const windows = newWindows();
  let readAtMs = -Infinity;

  async function update(key: keyof PrometheusQueries, fromMs: number, now: number, signal: AbortSignal) {
    const seconds = Math.max(1, Math.ceil((now - fromMs) / 1000));
    const series = await querySamples(options, `${queries[key]}[${seconds}s]`, now, signal);
    return () => {
      windows[key].add(series, now - windowMs);
    };
  }

  async function readAll(signal: AbortSignal): Promise<void> {
    const now = clock();
    const since = Math.max(now - windowMs, readAtMs - OVERLAP_MS);
    const keys = Object.keys(windows) as (keyof PrometheusQueries)[];
    // All or nothing: half a read would leave a hole that the next one does not ask for.
    const additions = await Promise.all(keys.map((key) => update(key, since, now, signal)));
    for (const add of additions) add();
    readAtMs = now;
  }

  return {
    name: 'prometheus',
    async read(
      fromMs,
      signal,
    ): Promise<{ containers: readonly ContainerSeries[]; calls: readonly CallSeries[] }> {
      await readAll(signal);
      return {
        containers: joinContainers(windows, fromMs),
        calls: joinCalls(windows, fromMs, defaultNamespace),
      };
    },
  };
}

function newWindows(): Record<keyof PrometheusQueries, SeriesWindow> {
  return {
    cpuSeconds: new SeriesWindow(),
    throttledSeconds: new SeriesWindow(),
    throttledPeriods: new SeriesWindow(),
    memoryBytes: new SeriesWindow(),
    oomEvents: new SeriesWindow(),
    startSeconds: new SeriesWindow(),
    cpuQuota: new SeriesWindow(),
    cpuPeriod: new SeriesWindow(),
    memoryLimitBytes: new SeriesWindow(),
    started: new SeriesWindow(),
    completed: new SeriesWindow(),
    durations: new SeriesWindow(),
  };
}
