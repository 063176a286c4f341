import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ForesizeError } from '#core/errors/error.ts';
import { httpRequest, refusedError } from '#platform/http/request.ts';
import { writeWhole } from './write-whole.ts';

/** A file of the study's repository, and what it must hold. */
export interface ReferenceFile {
  /** Below the address. */
  readonly source: string;
  readonly name: string;
  /** Of the first line, quotes left out; null for a file without a header. */
  readonly header: string | null;
  /** Below the header. */
  readonly rows: number;
  readonly sha256: string;
}

/** The commit whose files are described here. */
const COMMIT = '305f4e953789142663f16b8b5f3869a693579f8b';

/** Where the study is published. It carries no licence: its data are for looking at, not for passing on. */
export const REFERENCE_URL = `https://raw.githubusercontent.com/amirmfallah/faas-dynamic-resource-allocation/${COMMIT}`;

export const REFERENCE_FILES: readonly ReferenceFile[] = [
  {
    source: 'usage_prediction/datasets/cpu_usage.csv',
    name: 'cpu_usage.csv',
    header: 'Time,cpu_usage',
    rows: 1111,
    sha256: '960d2bf790088113a5d3afc310802a9636adeadd846674925dc0be1e61b3b9da',
  },
  {
    source: 'usage_prediction/datasets/memory_usage.csv',
    name: 'memory_usage.csv',
    header: 'Time,mem_usage',
    rows: 1111,
    sha256: '8f161a7df264f4b82857021bd879d21abe3ecbbc68e4876c22587117ec650a79',
  },
  {
    source: 'invoker/log.csv',
    name: 'invocations.csv',
    header: null,
    rows: 1049,
    sha256: 'c8d3aa3c49f0e450179f98716cf06d38e8331ac0b517582d95d74a628ff43aab',
  },
];

/**
 * Downloads the study's data set, from its repository or a copy of it, and writes it into a folder that `readDataSet`
 * reads. Nothing is written unless all files have come and are the published ones, byte for byte. Throws
 * `http-failed`, `http-refused`, and `reference-changed` with what is different.
 */
export async function downloadReference(
  folder: string,
  from: string,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const contents = await Promise.all(
    REFERENCE_FILES.map(async (file) => ({ file, text: await download(file, from, signal) })),
  );
  await mkdir(folder, { recursive: true });
  for (const { file, text } of contents) await writeWhole(join(folder, file.name), [text]);
  return contents.map(({ file }) => join(folder, file.name));
}

async function download(file: ReferenceFile, from: string, signal: AbortSignal): Promise<string> {
  const request = { url: `${from.replace(/\/+$/, '')}/${file.source}`, timeoutMs: 60_000, signal };
  const { status, body } = await httpRequest(request);
  if (status !== 200) throw refusedError(request, status, body);
  const difference = differenceOf(file, body);
  if (difference === null) return body.toString('utf8');
  throw new ForesizeError('reference-changed', `${request.url} ${difference}`);
}

/** What is not as published, header and rows first; null where all is. */
export function differenceOf({ header, rows, sha256 }: ReferenceFile, body: Buffer): string | null {
  const lines = body
    .toString('utf8')
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\n/)
    .filter((line) => line.trim() !== '');
  const first = lines[0]?.replaceAll('"', '') ?? '';
  if (header !== null && first !== header)
    return `begins with ${JSON.stringify(first.slice(0, 80))}, not ${header}`;
  const count = lines.length - (header === null ? 0 : 1);
  if (count !== rows) return `has ${count} rows, not ${rows}`;
  const sum = createHash('sha256').update(body).digest('hex');
  return sum === sha256 ? null : `has the right form but other values: SHA-256 ${sum}, not ${sha256}`;
}
