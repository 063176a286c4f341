import { ForesizeError } from '#core/errors/error.ts';
import { isInSeconds, LAST_TIME_MS } from '#core/units/unix-time.ts';
import { LARGEST_VALUE } from '#core/usage/clean-samples.ts';

/** Documents that were pasted turn long numbers into telephone links: `tel:1672557210000`. */
const NUMBER = /^(?:tel:)?([+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)$/i;

/** A cell as a number ≥ 0; NaN where it is empty; undefined where it is neither. */
export function parseCell(text: string): number | undefined {
  if (text === '') return NaN;
  const value = Number(NUMBER.exec(text)?.[1]);
  // Adding 0 makes a zero of −0.
  return value >= 0 && value <= LARGEST_VALUE ? value + 0 : undefined;
}

/** As `parseCell`. Throws `data-invalid`, naming file, line and column. */
export function readCell(text: string, path: string, line: number, column: string): number {
  const value = parseCell(text);
  if (value !== undefined) return value;
  throw new ForesizeError(
    'data-invalid',
    `${path}, line ${line}, column ${column}: ${JSON.stringify(text.slice(0, 80))} is not a number of 0 or more; a gap is an empty cell`,
  );
}

/** Where a header has a column; -1 where it has none. Throws `data-invalid` where it is there twice. */
export function columnIndex(header: readonly string[], name: string, path: string, line: number): number {
  const index = header.indexOf(name);
  if (index === header.lastIndexOf(name)) return index;
  throw new ForesizeError('data-invalid', `${path}, line ${line}: column ${name} is there twice`);
}

/** A cell that must hold a time, Unix ms. Throws `data-invalid`. */
export function readTime(text: string, path: string, line: number, column: string): number {
  const value = readCell(text, path, line, column);
  if (!Number.isNaN(value) && value <= LAST_TIME_MS) return value;
  throw new ForesizeError(
    'data-invalid',
    `${path}, line ${line}, column ${column}: ${JSON.stringify(text)} is not a time in Unix ms`,
  );
}

/** Unix seconds where milliseconds belong make everything a thousand times too dense. Throws `data-invalid`. */
export function refuseSeconds(timeMs: number, path: string, line: number): void {
  if (!isInSeconds(timeMs)) return;
  throw new ForesizeError(
    'data-invalid',
    `${path}, line ${line}: the time ${timeMs} is in Unix seconds; it must be in Unix ms`,
  );
}
