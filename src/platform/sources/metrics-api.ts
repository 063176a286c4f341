import * as z from 'zod';
import type { Clock, MetricsSource } from '#core/chain/ports.ts';
import { ForesizeError } from '#core/errors/error.ts';
import { parseDurationMs } from '#core/units/duration.ts';
import { parseCpuCores, parseMemoryBytes } from '#core/units/quantity.ts';
import { printableUrl } from '../http/address.ts';
import { apiRequest, type ApiServer } from '../http/api-server.ts';
import { httpRequest, refusedError, type HttpRequest } from '../http/request.ts';
import { SampleTable } from './sample-table.ts';

export interface MetricsApiOptions {
  /** The API server. */
  readonly kubernetes: ApiServer;
  /** Namespaces of functions. @default ['openfaas-fn'] */
  readonly namespaces?: readonly string[];
  /** How long samples are kept. @default 1 h */
  readonly windowMs?: number;
  /** @default 10000 */
  readonly timeoutMs?: number;
  readonly clock: Clock;
}

/** metrics-server answers CPU 0 over a window of a few seconds: that is no sample. */
const SHORTEST_WINDOW_MS = 5000;

const MAXIMUM_BYTES = 64 * 2 ** 20;
const [CPU, MEMORY, WIDTH] = [0, 1, 2];

const listSchema = z.object({
  items: z.array(
    z.object({
      metadata: z.object({ name: z.string(), namespace: z.string() }),
      timestamp: z.string(),
      window: z.string(),
      containers: z.array(
        z.object({ name: z.string(), usage: z.object({ cpu: z.string(), memory: z.string() }) }),
      ),
    }),
  ),
});

type PodMetrics = z.infer<typeof listSchema>['items'][number];

interface Accumulated {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  readonly table: SampleTable;
  cpuSeconds: number;
}

/**
 * Reads metrics.k8s.io, as the study that this began from did: mean CPU use over a window, and memory. The use adds
 * up to a counter of our making. There is no throttling, no limit, no call and no history in it but what is kept
 * here, so it serves recommendations only. `read` throws `source-unavailable`.
 */
export function createMetricsApiSource(options: MetricsApiOptions): MetricsSource {
  const { clock, windowMs = 3_600_000, namespaces = ['openfaas-fn'] } = options;
  const known = new Map<string, Accumulated>();

  return {
    name: 'metrics-api',
    async read(fromMs, signal) {
      const lists = await Promise.all(namespaces.map((namespace) => listPods(options, namespace, signal)));
      for (const pod of lists.flat()) addSample(known, pod, windowMs);
      for (const [key, { table }] of known) {
        if (table.newestMs < clock() - windowMs) known.delete(key);
      }
      return { containers: [...known.values()].map((one) => seriesOf(one, fromMs)), calls: [] };
    },
  };
}

async function listPods(
  { kubernetes, timeoutMs = 10_000 }: MetricsApiOptions,
  namespace: string,
  signal: AbortSignal,
): Promise<readonly PodMetrics[]> {
  const path = `/apis/metrics.k8s.io/v1beta1/namespaces/${encodeURIComponent(namespace)}/pods`;
  const asked = await apiRequest(kubernetes, path);
  const request: HttpRequest = {
    ...asked,
    headers: { ...asked.headers, accept: 'application/json' },
    timeoutMs,
    signal,
    maximumBytes: MAXIMUM_BYTES,
  };
  try {
    const { status, body } = await httpRequest(request);
    if (status !== 200) throw refusedError(request, status, body);
    return listSchema.parse(JSON.parse(body.toString('utf8'))).items;
  } catch (cause) {
    const why =
      cause instanceof ForesizeError
        ? cause.message
        : `GET ${printableUrl(request.url)} answered no list of pod metrics`;
    throw new ForesizeError('source-unavailable', why, { cause });
  }
}

/** `timestamp` is the end of `window`, over which `usage` is the mean. Samples that cannot be read are left out. */
function addSample(known: Map<string, Accumulated>, pod: PodMetrics, keepMs: number): void {
  const timeMs = Date.parse(pod.timestamp);
  const { namespace, name } = pod.metadata;
  for (const { name: container, usage } of pod.containers) {
    const sample = readable(() => ({
      windowMs: parseDurationMs(pod.window),
      cores: parseCpuCores(usage.cpu),
      bytes: parseMemoryBytes(usage.memory),
    }));
    if (sample === null || Number.isNaN(timeMs) || sample.windowMs < SHORTEST_WINDOW_MS) continue;
    const key = `${namespace}/${name}/${container}`;
    const one = known.get(key) ?? newContainer(namespace, name, container, keepMs);
    known.set(key, one);
    accumulate(one, timeMs, sample);
  }
}

function newContainer(namespace: string, pod: string, container: string, keepMs: number): Accumulated {
  return { namespace, pod, container, table: new SampleTable(WIDTH, keepMs), cpuSeconds: 0 };
}

/** The counter is 0 where the first window begins; between windows that do not meet, the later one's use is taken. */
function accumulate(
  one: Accumulated,
  timeMs: number,
  { windowMs, cores, bytes }: { windowMs: number; cores: number; bytes: number },
): void {
  const { table } = one;
  if (timeMs <= table.newestMs) return;
  if (table.newestMs === -Infinity) table.append(timeMs - windowMs, [0, NaN]);
  one.cpuSeconds += (cores * (timeMs - table.newestMs)) / 1000;
  const row = new Float64Array(WIDTH);
  row[CPU] = one.cpuSeconds;
  row[MEMORY] = bytes;
  table.append(timeMs, row);
}

function readable<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof ForesizeError) return null;
    throw error;
  }
}

function seriesOf({ namespace, pod, container, table }: Accumulated, fromMs: number) {
  const { timesMs, columns } = table.view(fromMs);
  const none = new Float64Array(timesMs.length).fill(NaN);
  return {
    namespace,
    pod,
    container,
    startedAtMs: null,
    timesMs,
    cpuSeconds: columns[CPU] ?? none,
    throttledSeconds: none,
    throttledPeriods: none,
    memoryBytes: columns[MEMORY] ?? none,
    oomEvents: none,
    cpuLimitCores: none,
    memoryLimitBytes: none,
  };
}
