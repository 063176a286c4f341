import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { DecisionRecord } from '#core/replay/decision-record.ts';
import { type LineCounts, readDecision } from '#core/replay/read-decisions.ts';

/**
 * The decisions in logs, or in folders of them, as they stand there, line by line; `counts` is told of each line, and
 * `onRead` of the share of all bytes that is read. Fails with the system's own words.
 */
export async function* recordedDecisions(
  paths: readonly string[],
  counts: LineCounts,
  onRead: (share: number, path: string) => void = () => undefined,
): AsyncGenerator<DecisionRecord> {
  const files = (await Promise.all(paths.map(filesOf))).flat();
  const sizes = await Promise.all(files.map(async (path) => (await stat(path)).size));
  const total = Math.max(
    1,
    sizes.reduce((sum, size) => sum + size, 0),
  );
  let before = 0;
  for (const [index, path] of files.entries()) {
    const input = createReadStream(path);
    for await (const line of createInterface({ input, crlfDelay: Infinity })) {
      onRead((before + input.bytesRead) / total, path);
      const record = readDecision(line, counts);
      if (record !== null) yield record;
    }
    before += sizes[index] ?? 0;
  }
}

/** Of a folder, the files of apply-resources in it: their names sort by day. */
async function filesOf(path: string): Promise<readonly string[]> {
  if (!(await stat(path)).isDirectory()) return [path];
  const names = (await readdir(path)).filter((name) => name.endsWith('.ndjson')).sort();
  return names.map((name) => join(path, name));
}
