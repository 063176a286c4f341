import { parseSettings } from '#core/annotations/parse-settings.ts';
import { NO_LINES } from '#core/replay/read-decisions.ts';
import { DecisionReplay, type Overrides } from '#core/replay/replay-decisions.ts';
import { replayText } from '#core/replay/replay-text.ts';
import { recordedDecisions } from './recorded-decisions.ts';

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
  for await (const record of recordedDecisions(paths, counts)) replay.add(record);
  const { same, differences: different, functions } = replay;
  process.stdout.write(
    json === true
      ? `${JSON.stringify({ lines: counts, same, differences: different, functions })}\n`
      : replayText(replay, counts, { overrides: set, most: differences }),
  );
}
