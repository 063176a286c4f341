import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { DecisionLog } from '#core/chain/ports.ts';
import { recordOf } from '#core/replay/decision-record.ts';

/**
 * NDJSON on stdout, and in `directory/decisions-YYYY-MM-DD.ndjson` where a directory is given. Each line is
 * `{"event":"decision", …}` with the decision's fields, and as `input` what it was decided on, so that it can be
 * decided again. Appends are whole lines, so readers see no half decision.
 */
export function createDecisionLog(directory: string | undefined, stdout: NodeJS.WritableStream): DecisionLog {
  if (directory !== undefined) mkdirSync(directory, { recursive: true });
  return {
    append(decision, input) {
      const line = `${JSON.stringify({ event: 'decision', ...recordOf(decision, input) })}\n`;
      stdout.write(line);
      if (directory === undefined) return;
      const day = new Date(decision.at).toISOString().slice(0, 10);
      appendFileSync(join(directory, `decisions-${day}.ndjson`), line);
    },
  };
}
