import { decisionLine } from '../live/plain.ts';
import { addressLines, loadText } from './addresses.ts';
import type { Display, DisplayOptions } from './display.ts';
import { summaryLines } from './summary.ts';
import { writeLine } from './write-line.ts';

/** A line whenever something happened; `quiet` leaves decisions and the summary. */
export function plainDisplay(options: DisplayOptions): Display {
  const say = options.quiet ? () => undefined : writeLine;
  return {
    progress: say,
    warning: (text) => {
      process.stderr.write(`${text}\n`);
    },
    ready: (platform, pageUrl) => {
      [...addressLines(platform, options.directory, pageUrl), platform.workloads.enforcement.summary].forEach(
        say,
      );
    },
    watch: () => {
      say(`ready: ${loadText(options)}`);
    },
    decision: (decision) => {
      writeLine(decisionLine(decision));
    },
    end: (outcome) => {
      summaryLines(outcome).forEach(writeLine);
    },
    close: () => undefined,
  };
}
