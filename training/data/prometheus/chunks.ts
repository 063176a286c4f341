import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { ForesizeError } from '#core/errors/error.ts';
import type { RawSeries } from '#platform/sources/prometheus-api.ts';
import { NumberColumn } from '../number-column.ts';
import { lineBatches } from '../text-lines.ts';
import { writeWhole } from '../write-whole.ts';

/** The samples of all queries in (fromMs, toMs]: one file, which is there whole or not at all. */
export interface Chunk {
  readonly path: string;
  readonly fromMs: number;
  readonly toMs: number;
}

/** Series by the name of their query. */
export type SeriesByQuery = ReadonlyMap<string, readonly RawSeries[]>;

const FOLDER = 'chunks';
const NAME = /^(\d+)-(\d+)\.jsonl$/;

/** Keeps each line far shorter than what reading allows. */
const SAMPLES_A_LINE = 500;

/** Chunks in order of time. Throws `data-invalid` where one is missing between others. */
export async function listChunks(folder: string, fromMs: number): Promise<readonly Chunk[]> {
  const names = await readdir(join(folder, FOLDER)).catch((): string[] => []);
  const chunks = names
    .flatMap((name) => {
      const [, from, to] = NAME.exec(name) ?? [];
      return from === undefined
        ? []
        : [{ path: join(folder, FOLDER, name), fromMs: Number(from), toMs: Number(to) }];
    })
    .sort((a, b) => a.fromMs - b.fromMs);
  let expectedMs = fromMs;
  for (const chunk of chunks) {
    if (chunk.fromMs !== expectedMs) {
      throw new ForesizeError(
        'data-invalid',
        `${chunk.path}: the chunk that begins at ${expectedMs} is not there`,
      );
    }
    expectedMs = chunk.toMs;
  }
  return chunks;
}

/** What a run that was killed has left unfinished. */
export async function removeUnfinished(folder: string): Promise<void> {
  await mkdir(join(folder, FOLDER), { recursive: true });
  for (const name of await readdir(join(folder, FOLDER))) {
    if (name.endsWith('.tmp')) await rm(join(folder, FOLDER, name), { force: true });
  }
}

/** Writes the samples that fall into (fromMs, toMs]; returns how many. */
export async function writeChunk(
  folder: string,
  fromMs: number,
  toMs: number,
  series: SeriesByQuery,
): Promise<number> {
  const parts = Array.from(series).flatMap(([query, members]) =>
    members.map((member) => ({ query, ...within(member, fromMs, toMs) })),
  );
  await writeWhole(join(folder, FOLDER, `${fromMs}-${toMs}.jsonl`), linesOf(parts));
  return parts.reduce((sum, { timesMs }) => sum + timesMs.length, 0);
}

function* linesOf(parts: readonly (RawSeries & { readonly query: string })[]): Generator<string> {
  for (const { query, labels, timesMs, values } of parts) {
    for (let at = 0; at < timesMs.length; at += SAMPLES_A_LINE) {
      const piece = (column: Float64Array): number[] => [...column.subarray(at, at + SAMPLES_A_LINE)];
      // JSON writes NaN and the infinities as null.
      yield `${JSON.stringify({ query, labels, timesMs: piece(timesMs), values: piece(values) })}\n`;
    }
  }
}

/** Samples ascend in time; some versions of Prometheus give one at the very beginning of the range too. */
function within({ labels, timesMs, values }: RawSeries, fromMs: number, toMs: number): RawSeries {
  const from = timesMs.filter((time) => time <= fromMs).length;
  const to = timesMs.filter((time) => time <= toMs).length;
  return { labels, timesMs: timesMs.subarray(from, to), values: values.subarray(from, to) };
}

const lineSchema = z.strictObject({
  query: z.string(),
  labels: z.record(z.string(), z.string()),
  timesMs: z.array(z.number()),
  values: z.array(z.number().nullable()),
});

interface Growing {
  readonly labels: Readonly<Record<string, string>>;
  readonly timesMs: NumberColumn;
  readonly values: NumberColumn;
}

/** All samples of the chunks, which are in order, put together series by series. Throws `data-invalid`. */
export async function readChunks(chunks: readonly Chunk[]): Promise<SeriesByQuery> {
  const byQuery = new Map<string, Map<string, Growing>>();
  for (const { path } of chunks) {
    for await (const { firstLine, lines } of lineBatches(path)) {
      for (const [i, text] of lines.entries()) {
        if (text !== '') addLine(byQuery, text, path, firstLine + i);
      }
    }
  }
  return new Map(
    Array.from(byQuery, ([query, series]) => [
      query,
      Array.from(series.values(), ({ labels, timesMs, values }) => ({
        labels,
        timesMs: timesMs.take(),
        values: values.take(),
      })),
    ]),
  );
}

function addLine(byQuery: Map<string, Map<string, Growing>>, text: string, path: string, line: number): void {
  const { query, labels, timesMs, values } = parseLine(text, path, line);
  const series = byQuery.get(query) ?? new Map<string, Growing>();
  byQuery.set(query, series);
  const key = JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));
  const known = series.get(key) ?? { labels, timesMs: new NumberColumn(), values: new NumberColumn() };
  series.set(key, known);
  for (const [i, time] of timesMs.entries()) {
    known.timesMs.push(time);
    known.values.push(values[i] ?? NaN);
  }
}

function parseLine(text: string, path: string, line: number): z.infer<typeof lineSchema> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined;
  }
  const parsed = lineSchema.safeParse(value);
  if (parsed.success && parsed.data.timesMs.length === parsed.data.values.length) return parsed.data;
  throw new ForesizeError('data-invalid', `${path}, line ${line}: this is no series of samples`);
}
