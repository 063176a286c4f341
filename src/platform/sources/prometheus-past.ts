import type { PastHour } from '#core/recommend/past-use.ts';
import { type PrometheusAddress, queryAtTimes, type RawSeries } from './prometheus-api.ts';
import { defaultQueries, type Pins } from './prometheus-queries.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** As far back as any function asks for evidence: the running day and the 8 before it. */
const DAYS = 9;

/** CPU is looked at as means of a minute, at each minute. */
const MEAN_MS = 60_000;

/** So many samples make a mean: where they are rarer than every 20 s, it is of a longer time. */
const SAMPLES_A_MEAN = 3;

/** Over which samples are counted. */
const LOOK_BACK_MS = 600_000;

/** One query goes through 1500 minutes of every pod; Prometheus itself gives up after two minutes. */
const TIMEOUT_MS = 120_000;

export interface PastOptions extends PrometheusAddress, Pins {
  readonly nowMs: number;
  /** Told how many of how many days are read. */
  readonly onProgress?: (done: number, of: number) => void;
}

/** The hours of one container of a Deployment's pods, oldest first, those without any use left out. */
export interface PastUse {
  readonly namespace: string;
  readonly deployment: string;
  readonly container: string;
  readonly hours: readonly PastHour[];
}

type Maximum = keyof Omit<PastHour, 'startMs'>;

/**
 * Highest use of each hour of the running day and the 8 before it, of all functions at once, those of pods that are
 * gone among them: three queries a day, one day after another, so that Prometheus never holds more than a day. Throws
 * `source-unavailable`.
 */
export async function readPrometheusPast(
  options: PastOptions,
  signal: AbortSignal,
): Promise<readonly PastUse[]> {
  const { nowMs, onProgress } = options;
  const queries = pastQueries(options, await meanSeconds(options, signal));
  const uses = new Map<string, Collected>();
  const today = Math.floor(nowMs / DAY_MS) * DAY_MS;
  for (let day = 0; day < DAYS; day += 1) {
    const dayMs = today - (DAYS - 1 - day) * DAY_MS;
    const grid = {
      // An hour more: what is known since before the first day is known for all of it.
      fromMs: dayMs + (day === 0 ? 0 : HOUR_MS),
      toMs: Math.min(dayMs + DAY_MS, Math.ceil(nowMs / HOUR_MS) * HOUR_MS),
      stepMs: HOUR_MS,
    };
    await Promise.all(
      queries.map(async ([maximum, query]) => {
        const series = await queryAtTimes({ timeoutMs: TIMEOUT_MS, ...options }, query, grid, signal);
        for (const one of series) collect(uses, maximum, one);
      }),
    );
    onProgress?.(day + 1, DAYS);
  }
  return Array.from(uses.values(), ({ hours, ...use }) => ({
    ...use,
    hours: [...hours.values()].sort((left, right) => left.startMs - right.startMs),
  }));
}

interface Collected extends Omit<PastUse, 'hours'> {
  readonly hours: Map<number, PastHour>;
}

const NOTHING = { cpuCores: null, totalCpuCores: null, memoryBytes: null };

function collect(
  uses: Map<string, Collected>,
  maximum: Maximum,
  { labels, timesMs, values }: RawSeries,
): void {
  const { namespace = '', deployment = '', container = '' } = labels;
  const key = `${namespace}/${deployment}/${container}`;
  const use = uses.get(key) ?? { namespace, deployment, container, hours: new Map<number, PastHour>() };
  uses.set(key, use);
  timesMs.forEach((endMs, index) => {
    const value = values[index] ?? NaN;
    const startMs = endMs - HOUR_MS;
    const hour = use.hours.get(startMs) ?? { startMs, ...NOTHING };
    if (Number.isFinite(value)) use.hours.set(startMs, { ...hour, [maximum]: value });
  });
}

/** `qrcode-7d9c9b5f4-x2x7k` is a pod of the Deployment `qrcode`; what is none's is left out. */
const ofDeployment = (vector: string): string =>
  `label_replace(${vector}, "deployment", "$1", "pod", "(.+)-[^-]+-[^-]+")`;

const BY = 'by (namespace, deployment, container)';

function pastQueries(pins: Pins, seconds: number): readonly (readonly [Maximum, string])[] {
  const { cpuSeconds, memoryBytes } = defaultQueries(pins);
  // A restarted container is another series of the same pod for a while; a line for each CPU is less than their total.
  const pods = ofDeployment(`max by (namespace, pod, container) (rate(${cpuSeconds}[${seconds}s]))`);
  const hourOf = (vector: string): string => `max_over_time((${vector})[1h:1m])`;
  return [
    ['cpuCores', hourOf(`max ${BY} (${pods})`)],
    ['totalCpuCores', hourOf(`sum ${BY} (${pods})`)],
    ['memoryBytes', `max ${BY} (${ofDeployment(`max_over_time(${memoryBytes}[1h])`)})`],
  ];
}

/** Of how long a time CPU is the mean, by how often containers are sampled now. */
async function meanSeconds(options: PastOptions, signal: AbortSignal): Promise<number> {
  const { cpuSeconds } = defaultQueries(options);
  const grid = { fromMs: options.nowMs, toMs: options.nowMs, stepMs: MEAN_MS };
  const query = `quantile(0.5, count_over_time(${cpuSeconds}[${LOOK_BACK_MS / 1000}s]))`;
  const [counts] = await queryAtTimes(options, query, grid, signal);
  const sampleMs = LOOK_BACK_MS / (counts?.values[0] ?? Infinity);
  return Math.ceil(Math.max(MEAN_MS, SAMPLES_A_MEAN * sampleMs) / 1000);
}
