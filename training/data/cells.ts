import { ForesizeError } from '#core/errors/error.ts';

/** More than any time or amount here reaches, so that sums stay finite and exact enough. */
const LARGEST = 1e18;

/** Documents that were pasted turn long numbers into telephone links: `tel:1672557210000`. */
const NUMBER = /^(?:tel:)?([+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)$/i;

/** A cell as a number ≥ 0; NaN where it is empty; undefined where it is neither. */
export function parseCell(text: string): number | undefined {
  if (text === '') return NaN;
  const value = Number(NUMBER.exec(text)?.[1]);
  // Adding 0 makes a zero of −0.
  return value >= 0 && value <= LARGEST ? value + 0 : undefined;
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

/** A cell that must hold a time, Unix ms. Throws `data-invalid`. */
export function readTime(text: string, path: string, line: number, column: string): number {
  const value = readCell(text, path, line, column);
  if (!Number.isNaN(value) && value <= LAST_TIME_MS) return value;
  throw new ForesizeError(
    'data-invalid',
    `${path}, line ${line}, column ${column}: ${JSON.stringify(text)} is not a time in Unix ms`,
  );
}

/** ECMAScript's last time. */
const LAST_TIME_MS = 8.64e15;

/**
 * Unix seconds where milliseconds belong make everything a thousand times too dense. Between 2001 in seconds and
 * 1973 in milliseconds nothing was recorded. Throws `data-invalid`.
 */
export function refuseSeconds(timeMs: number, path: string, line: number): void {
  if (!(timeMs >= 1e9 && timeMs < 1e11)) return;
  throw new ForesizeError(
    'data-invalid',
    `${path}, line ${line}: the time ${timeMs} is in Unix seconds; it must be in Unix ms`,
  );
}
