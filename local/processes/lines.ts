import type { Readable } from 'node:stream';

/** Longer lines are cut into pieces, so that a function that never ends a line can't fill the memory. */
const LONGEST_LINE = 16_384;

/** Hands over each line that a stream yields, the last one even without its newline. */
export function onLines(stream: Readable, onLine: (text: string) => void): void {
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) onLine(line.endsWith('\r') ? line.slice(0, -1) : line);
    if (rest.length > LONGEST_LINE) {
      onLine(rest);
      rest = '';
    }
  });
  stream.on('end', () => {
    if (rest !== '') onLine(rest);
  });
  // A pipe that breaks with its process says nothing that the exit does not.
  stream.on('error', () => undefined);
}
