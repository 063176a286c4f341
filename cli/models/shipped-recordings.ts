import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { DataSet } from '#core/replay/history.ts';
import { readDataSet } from '../../training/data/read-data-set.ts';

const FOLDER = fileURLToPath(new URL('../../training/recordings', import.meta.url));

/** The sessions that came with Foresize. */
function shippedRecordings(): readonly string[] {
  return readdirSync(FOLDER)
    .map((name) => join(FOLDER, name))
    .filter((folder) => existsSync(join(folder, 'session.json')));
}

/**
 * What may be learned from: the functions of the recordings named, or of those shipped, that may be chosen by; null
 * where there is none or none is wanted. Throws `data-invalid`.
 */
export async function readRecordings(
  named: readonly string[] | boolean | undefined,
): Promise<DataSet | null> {
  const paths = typeof named === 'object' ? named : named === false ? [] : shippedRecordings();
  return paths.length === 0 ? null : readDataSet(paths, { split: 'choice' });
}
