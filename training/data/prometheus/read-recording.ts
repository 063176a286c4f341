import { ForesizeError } from '#core/errors/error.ts';
import type { FunctionHistory } from '#core/replay/history.ts';
import { pendingUsage } from '#core/usage/build-usage.ts';
import { alignGrid, type Grid } from '#core/usage/grid.ts';
import { joinCalls, joinContainers } from '#platform/sources/join-series.ts';
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
  const byContainer = (query: string) =>
    new Map(
      (series.get(query) ?? []).map((one) => [
        `${one.labels.namespace ?? ''}/${one.labels.container ?? ''}`,
        one,
      ]),
    );
  const [cpu, memory] = [byContainer('cpuCores'), byContainer('memoryBytes')];
  return [...new Set([...cpu.keys(), ...memory.keys()])].map((key) => {
    const parts = [cpu.get(key), memory.get(key)];
    const known = parts.filter((part) => part !== undefined);
    const startMs = Math.min(...known.map(({ timesMs }) => timesMs[0] ?? Infinity));
    const lastMs = Math.max(...known.map(({ timesMs }) => timesMs.at(-1) ?? -Infinity));
    const grid: SampleGrid = { startMs, stepMs: SEED_STEP_MS, steps: (lastMs - startMs) / SEED_STEP_MS + 1 };
    const [cpuCores, memoryBytes] = parts.map((part) =>
      part === undefined
        ? new Float64Array(grid.steps).fill(NaN)
        : layOnGrid({ ...part, periodMs: SEED_STEP_MS }, grid, 'last'),
    );
    const [namespace = '', name = ''] = key.split('/');
    const unknown = new Float64Array(grid.steps).fill(NaN);
    return {
      name,
      namespace,
      startMs,
      stepMs: SEED_STEP_MS,
      cpuCores: cpuCores ?? unknown,
      cpuMeanMs: SEED_RATE_MS,
      memoryBytes: memoryBytes ?? unknown,
      callsStarted: null,
      cpuLimitCores: null,
      memoryLimitBytes: null,
      oomKillsMs: [],
    };
  });
}
