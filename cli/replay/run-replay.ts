import { parseSettings } from '#core/annotations/parse-settings.ts';
import { NO_LINES } from '#core/replay/read-decisions.ts';
import { DecisionReplay, type Overrides } from '#core/replay/replay-decisions.ts';
import { replayText } from '#core/replay/replay-text.ts';
import { withProgress } from '../live/share-progress.ts';
import type { QuietFlag } from '../live/tell.ts';
import { outputStyle } from '../live/terminal.ts';
import { interruptibly } from '../up/interruption.ts';
import { recordedDecisions } from './recorded-decisions.ts';

export interface ReplayFlags extends QuietFlag {
  readonly set: Overrides;
  readonly differences: number;
  readonly json?: true;
}

/** `foresize replay`. Throws `annotation-invalid`; a file that cannot be read fails with the system's own words. */
export async function runReplay(paths: readonly string[], flags: ReplayFlags): Promise<void> {
  const { set, differences: most, json } = flags;
  // A wrong name is told before anything is read.
  parseSettings(set);
  const replay = new DecisionReplay(set);
  const counts = { ...NO_LINES };
  await interruptibly(async (signal) => {
    await withProgress(async (show) => {
      for await (const record of recordedDecisions(paths, counts, show)) {
        signal.throwIfAborted();
        replay.add(record);
      }
    }, flags);
    const { same, differences, functions } = replay;
    process.stdout.write(
      json === true
        ? `${JSON.stringify({ lines: counts, same, differences, functions })}\n`
        : replayText(replay, counts, { overrides: set, most, width: outputStyle().columns }),
    );
  });
}
