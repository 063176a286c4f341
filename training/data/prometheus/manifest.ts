import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { ForesizeError } from '#core/errors/error.ts';
import { parseJson } from '../parse-json.ts';
import { writeWhole } from '../write-whole.ts';

/** `raw`: counters with the times of their samples. `seed-csv`: the study's own queries, 15 s apart. */
export const RECORDING_FORMATS = ['raw', 'seed-csv'] as const;
export type RecordingFormat = (typeof RECORDING_FORMATS)[number];

/** The file that tells that a folder holds what was recorded from a Prometheus. */
export const MANIFEST = 'recording.json';

const manifestSchema = z.strictObject({
  version: z.literal(1),
  source: z.literal('prometheus'),
  format: z.enum(RECORDING_FORMATS),
  namespace: z.string().min(1),
  /** Unix ms; samples after it are recorded. */
  fromMs: z.int().nonnegative(),
  /** Query texts by the name under which the chunks hold their samples, without range. */
  queries: z.record(z.string(), z.string()),
});
export type Manifest = Readonly<z.infer<typeof manifestSchema>>;

/** What a folder records; null where it records nothing yet. Throws `data-invalid`. */
export async function readManifest(folder: string): Promise<Manifest | null> {
  const path = join(folder, MANIFEST);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw new ForesizeError('data-invalid', `cannot read ${path}: ${String(error)}`, { cause: error });
  }
  const parsed = manifestSchema.safeParse(parseJson(text, path));
  if (parsed.success) return parsed.data;
  throw new ForesizeError('data-invalid', `${path}: ${z.prettifyError(parsed.error)}`);
}

export async function writeManifest(folder: string, manifest: Manifest): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeWhole(join(folder, MANIFEST), [`${JSON.stringify(manifest, null, 2)}\n`]);
}
