import { rm } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import { join } from 'node:path';
import { ForesizeError } from '#core/errors/error.ts';
import { querySamples, type PrometheusAddress } from '#platform/sources/prometheus-api.ts';
import type { Pins, PrometheusQueries } from '#platform/sources/prometheus-queries.ts';
import { listChunks, removeUnfinished, writeChunk } from './chunks.ts';
import { MANIFEST, readManifest, writeManifest, type Manifest, type RecordingFormat } from './manifest.ts';
import { writeUsageCsv } from '../write-usage-csv.ts';
import { recordedHistories } from './read-recording.ts';
import { recordingQueries, type RecordingQueries } from './recording-queries.ts';

export interface RecordOptions extends Omit<Pins, 'namespaces'> {
  readonly prometheus: PrometheusAddress;
  /** Made where it is not there; one that was begun is continued. */
  readonly folder: string;
  readonly format: RecordingFormat;
  readonly namespace: string;
  /** Replace the default selectors, one by one. */
  readonly queries?: Partial<PrometheusQueries>;
  /** Unix ms; of a recording that was begun, where it ended. */
  readonly fromMs: number;
  /** Unix ms. Prometheus may ingest a sample some seconds after its time: end a minute before now. */
  readonly toMs: number;
  /** Asked for at once. @default 1 h */
  readonly chunkMs?: number;
  readonly signal: AbortSignal;
  readonly onProgress?: (progress: RecordProgress) => void;
}

/** How far a recording is. Times are Unix ms. */
export interface RecordProgress {
  /** Of this run. */
  readonly fromMs: number;
  readonly recordedToMs: number;
  readonly toMs: number;
  /** Of this run. */
  readonly samples: number;
}

export interface RecordSummary {
  /** Of the whole folder, Unix ms. */
  readonly fromMs: number;
  readonly recordedToMs: number;
  /** Samples and chunks that this run has added. */
  readonly samples: number;
  readonly chunks: number;
  readonly continued: boolean;
  /** False where the signal ended it first. */
  readonly complete: boolean;
}

const HOUR_MS = 3_600_000;

/**
 * Records from a Prometheus into a folder that `readDataSet` reads, chunk by chunk, each written whole or not at all: a
 * run that ends early, killed or not, loses at most the chunk it was at, and the next one goes on from there. Throws
 * `source-unavailable` with what Prometheus said, `recording-mismatch` where the folder holds something else, and
 * `recording-empty` where there was not one sample.
 */
export async function record(options: RecordOptions): Promise<RecordSummary> {
  const { folder, toMs, signal, onProgress } = options;
  const queries = recordingQueries(
    options.format,
    { ...options, namespaces: [options.namespace] },
    options.queries ?? {},
  );
  const { fromMs, startMs } = await begin(folder, newManifest(options, queries), toMs);
  let recordedToMs = startMs;
  let [samples, chunks] = [0, 0];
  const tell = (): void => onProgress?.({ fromMs: startMs, recordedToMs, toMs, samples });
  tell();
  while (recordedToMs < toMs && !signal.aborted) {
    const endMs = Math.min(recordedToMs + (options.chunkMs ?? HOUR_MS), toMs);
    const series = await readRange(options.prometheus, queries, recordedToMs, endMs, signal);
    if (series === null) break;
    samples += await writeChunk(folder, recordedToMs, endMs, series);
    chunks += 1;
    recordedToMs = endMs;
    tell();
  }
  const complete = recordedToMs >= toMs;
  if (complete && fromMs === startMs && samples === 0) await forgetEmpty(folder, options);
  if (options.format === 'seed-csv' && recordedToMs > fromMs) await writeTables(folder);
  return { fromMs, recordedToMs, samples, chunks, continued: startMs > fromMs, complete };
}

/** Since when the folder records, and from when on it is to go on. One without a chunk is begun anew. */
async function begin(
  folder: string,
  asked: Manifest,
  toMs: number,
): Promise<{ fromMs: number; startMs: number }> {
  const begun = await readManifest(folder);
  await removeUnfinished(folder);
  const last = begun === null ? undefined : (await listChunks(folder, begun.fromMs)).at(-1);
  if (begun !== null && last !== undefined) {
    requireSame(begun, asked, folder);
    return { fromMs: begun.fromMs, startMs: last.toMs };
  }
  if (toMs <= asked.fromMs) {
    throw new ForesizeError(
      'data-invalid',
      `from ${new Date(asked.fromMs).toISOString()} to ${new Date(toMs).toISOString()} is no time to record`,
    );
  }
  await writeManifest(folder, asked);
  return { fromMs: asked.fromMs, startMs: asked.fromMs };
}

/** The study's CSV of each function, written whole from all chunks. */
async function writeTables(folder: string): Promise<void> {
  for (const history of await recordedHistories(folder)) {
    // A label of a foreign exposition could hold a path.
    if (/^[\w.-]+$/.test(history.name)) await writeUsageCsv(join(folder, `${history.name}.csv`), history);
  }
}

function newManifest({ format, namespace, fromMs }: RecordOptions, { texts }: RecordingQueries): Manifest {
  return { version: 1, source: 'prometheus', format, namespace, fromMs, queries: texts };
}

/** One chunk's samples of all queries; null where the signal came first. */
async function readRange(
  prometheus: PrometheusAddress,
  { texts, resolution }: RecordingQueries,
  fromMs: number,
  toMs: number,
  signal: AbortSignal,
) {
  const range = `[${Math.ceil((toMs - fromMs) / 1000)}s${resolution}]`;
  try {
    const answers = await Promise.all(
      Object.entries(texts).map(async ([key, text]) => {
        return [key, await querySamples(prometheus, `${text}${range}`, toMs, signal)] as const;
      }),
    );
    return new Map(answers);
  } catch (error) {
    if (signal.aborted) return null;
    throw error;
  }
}

function requireSame(begun: Manifest, asked: Manifest, folder: string): void {
  const mismatch = (what: string): ForesizeError =>
    new ForesizeError('recording-mismatch', `${join(folder, MANIFEST)}: this recording ${what}`);
  if (begun.format !== asked.format) throw mismatch(`is ${begun.format}, not ${asked.format}`);
  if (begun.namespace !== asked.namespace || !isDeepStrictEqual(begun.queries, asked.queries)) {
    throw mismatch(`is of other functions or by other queries, in namespace ${begun.namespace}`);
  }
  if (asked.fromMs < begun.fromMs) {
    throw mismatch(`begins at ${new Date(begun.fromMs).toISOString()}, later than what is asked for`);
  }
}

/** Nothing to go on from: the next attempt, with other names perhaps, begins anew. */
async function forgetEmpty(
  folder: string,
  { namespace, functions, fromMs, toMs }: RecordOptions,
): Promise<never> {
  await rm(join(folder, MANIFEST), { force: true });
  await rm(join(folder, 'chunks'), { recursive: true, force: true });
  const what = functions === undefined ? 'any function' : functions.join(', ');
  throw new ForesizeError(
    'recording-empty',
    `Prometheus has no sample of ${what} in namespace ${namespace} from ${new Date(fromMs).toISOString()} to ${new Date(toMs).toISOString()}`,
  );
}
