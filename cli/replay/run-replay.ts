import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseSettings } from '#core/annotations/parse-settings.ts';
import { NO_LINES, readDecision } from '#core/replay/read-decisions.ts';
import { DecisionReplay, type Overrides } from '#core/replay/replay-decisions.ts';
import { replayText } from '#core/replay/replay-text.ts';

export interface ReplayFlags {
  readonly set: Overrides;
  readonly differences: number;
  readonly json?: true;
}

/** `foresize replay`. Throws `annotation-invalid`; a file that cannot be read fails with the system's own words. */
export async function runReplay(
  paths: readonly string[],
  { set, differences, json }: ReplayFlags,
): Promise<void> {
  // A wrong name is told before anything is read.
  parseSettings(set);
  const replay = new DecisionReplay(set);
  const counts = { ...NO_LINES };
  for (const path of await filesOf(paths)) {
    for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Infinity })) {
      const record = readDecision(line, counts);
      if (record !== null) replay.add(record);
    }
  }
  const { same, differences: different, functions } = replay;
  process.stdout.write(
    json === true
      ? `${JSON.stringify({ lines: counts, same, differences: different, functions })}\n`
      : replayText(replay, counts, { overrides: set, most: differences }),
  );
}

/** Of a folder, the files of apply-resources in it: their names sort by day. */
async function filesOf(paths: readonly string[]): Promise<readonly string[]> {
  const files = await Promise.all(
    paths.map(async (path) => {
      if (!(await stat(path)).isDirectory()) return [path];
      const names = (await readdir(path)).filter((name) => name.endsWith('.ndjson')).sort();
      return names.map((name) => join(path, name));
    }),
  );
  return files.flat();
}
