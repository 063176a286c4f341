import { ForesizeError } from '#core/errors/error.ts';
import type { FunctionHistory } from '#core/replay/history.ts';
import { pendingUsage } from '#core/usage/build-usage.ts';
import { alignGrid, type Grid } from '#core/usage/grid.ts';
import { joinCalls, joinContainers } from '#platform/sources/join-series.ts';
import type { RawSeries } from '#platform/sources/prometheus-api.ts';
import { SeriesWindow } from '#platform/sources/series-window.ts';
import { layOnGrid, type SampleGrid } from '../even-grid.ts';
import { historyOfUsage } from '../usage-history.ts';
import { listChunks, readChunks, type SeriesByQuery } from './chunks.ts';
import { readManifest, type Manifest } from './manifest.ts';
import { SEED_RATE_MS, SEED_STEP_MS } from './recording-queries.ts';

const DEFAULT_STEP_MS = 15_000;

/**
 * What `record` has written so far as histories: raw counters through the code that collect-metrics uses, on steps of
 * `stepMs` (15 s); the study's queries as they are. Throws `data-invalid`, naming file and line.
 */
export async function readPrometheusRecording(
  folder: string,
  options: { readonly stepMs?: number } = {},
): Promise<readonly FunctionHistory[]> {
  const histories = await recordedHistories(folder, options);
  if (histories.length > 0) return histories;
  throw new ForesizeError('data-invalid', `${folder}: no sample of a container is recorded`);
}

/** As `readPrometheusRecording`, none where there is no sample yet. */
export async function recordedHistories(
  folder: string,
  { stepMs = DEFAULT_STEP_MS }: { readonly stepMs?: number } = {},
): Promise<readonly FunctionHistory[]> {
  const manifest = await readManifest(folder);
  const chunks = manifest === null ? [] : await listChunks(folder, manifest.fromMs);
  const toMs = chunks.at(-1)?.toMs;
  if (manifest === null || toMs === undefined) {
    throw new ForesizeError('data-invalid', `${folder}: nothing is recorded yet`);
  }
  const series = await readChunks(chunks);
  return manifest.format === 'raw' ? rawHistories(series, manifest, toMs, stepMs) : seedHistories(series);
}

function rawHistories(
  series: SeriesByQuery,
  { namespace, fromMs }: Manifest,
  toMs: number,
  stepMs: number,
): readonly FunctionHistory[] {
  const windowOf = (query: string): SeriesWindow => {
    const window = new SeriesWindow();
    window.add(series.get(query) ?? [], -Infinity);
    return window;
  };
  const windows = {
    cpuSeconds: windowOf('cpuSeconds'),
    throttledSeconds: windowOf('throttledSeconds'),
    throttledPeriods: windowOf('throttledPeriods'),
    memoryBytes: windowOf('memoryBytes'),
    oomEvents: windowOf('oomEvents'),
    startSeconds: windowOf('startSeconds'),
    cpuQuota: windowOf('cpuQuota'),
    cpuPeriod: windowOf('cpuPeriod'),
    memoryLimitBytes: windowOf('memoryLimitBytes'),
    started: windowOf('started'),
    completed: windowOf('completed'),
    durations: windowOf('durations'),
  };
  const containers = joinContainers(windows, -Infinity);
  const firstMs = containers.reduce((first, { timesMs }) => Math.min(first, timesMs[0] ?? first), toMs);
  const endMs = alignGrid({ stepMs, steps: 0, endMs: toMs }).endMs;
  const spanMs = endMs - Math.max(fromMs, firstMs - stepMs);
  const grid: Grid = { stepMs, endMs, steps: Math.max(1, Math.ceil(spanMs / stepMs)) };
  const calls = joinCalls(windows, -Infinity, namespace);
  return pendingUsage({ atMs: toMs, containers, calls, pods: [] }, grid).map((pending) =>
    historyOfUsage(pending.build(), grid),
  );
}

/** Each on its own grid, from its first sample to its last. */
function seedHistories(series: SeriesByQuery): readonly FunctionHistory[] {
  const [cpu, memory] = [byContainer(series, 'cpuCores'), byContainer(series, 'memoryBytes')];
  return [...new Set([...cpu.keys(), ...memory.keys()])].map((key) => {
    const grid = spanOf([cpu.get(key), memory.get(key)].filter((one) => one !== undefined));
    const [namespace = '', name = ''] = key.split('/');
    return {
      name,
      namespace,
      startMs: grid.startMs,
      stepMs: grid.stepMs,
      cpuCores: laidOn(grid, cpu.get(key)),
      cpuMeanMs: SEED_RATE_MS,
      memoryBytes: laidOn(grid, memory.get(key)),
      callsStarted: null,
      cpuLimitCores: null,
      memoryLimitBytes: null,
      oomKillsMs: [],
    };
  });
}

function byContainer(series: SeriesByQuery, query: string): ReadonlyMap<string, RawSeries> {
  const keyOf = ({ labels }: RawSeries): string => `${labels.namespace ?? ''}/${labels.container ?? ''}`;
  return new Map((series.get(query) ?? []).map((one) => [keyOf(one), one]));
}

function spanOf(parts: readonly RawSeries[]): SampleGrid {
  const startMs = Math.min(...parts.map(({ timesMs }) => timesMs[0] ?? Infinity));
  const lastMs = Math.max(...parts.map(({ timesMs }) => timesMs.at(-1) ?? -Infinity));
  return { startMs, stepMs: SEED_STEP_MS, steps: Math.round((lastMs - startMs) / SEED_STEP_MS) + 1 };
}

function laidOn(grid: SampleGrid, series: RawSeries | undefined): Float64Array {
  if (series === undefined) return new Float64Array(grid.steps).fill(NaN);
  return layOnGrid({ ...series, periodMs: SEED_STEP_MS }, grid, 'last');
}
