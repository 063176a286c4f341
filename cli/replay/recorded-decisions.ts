import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { DecisionRecord } from '#core/replay/decision-record.ts';
import { type LineCounts, readDecision } from '#core/replay/read-decisions.ts';

/**
 * The decisions in logs, or in folders of them, as they stand there, line by line; `counts` is told of each line. Fails
 * with the system's own words.
 */
export async function* recordedDecisions(
  paths: readonly string[],
  counts: LineCounts,
): AsyncGenerator<DecisionRecord> {
  for (const path of (await Promise.all(paths.map(filesOf))).flat()) {
    for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Infinity })) {
      const record = readDecision(line, counts);
      if (record !== null) yield record;
    }
  }
}

/** Of a folder, the files of apply-resources in it: their names sort by day. */
async function filesOf(path: string): Promise<readonly string[]> {
  if (!(await stat(path)).isDirectory()) return [path];
  const names = (await readdir(path)).filter((name) => name.endsWith('.ndjson')).sort();
  return names.map((name) => join(path, name));
}
