import { createReadStream } from 'node:fs';
import { ForesizeError } from '#core/errors/error.ts';

export interface Line {
  /** From 1. */
  readonly number: number;
  readonly text: string;
}

/** A trace's row has 1440 counts, 17 kB at most: a file with longer lines is something else, and must not be held whole. */
const LONGEST_LINE = 65_536;

/** The lines of a file that are not empty, read a piece at a time. Throws `load-invalid`. */
export async function* lines(path: string): AsyncGenerator<Line> {
  let number = 0;
  let rest = '';
  for await (const chunk of chunks(path)) {
    const whole = (rest + chunk).split('\n');
    rest = whole.pop() ?? '';
    if (rest.length > LONGEST_LINE) {
      throw new ForesizeError(
        'load-invalid',
        `${path}, line ${number + whole.length + 1} has more than ${LONGEST_LINE} characters`,
      );
    }
    for (const text of whole) yield* line(++number, text);
  }
  yield* line(number + 1, rest);
}

function* line(number: number, text: string): Generator<Line> {
  const trimmed = (number === 1 ? text.replace(/^\uFEFF/, '') : text).trimEnd();
  if (trimmed !== '') yield { number, text: trimmed };
}

async function* chunks(path: string): AsyncGenerator<string> {
  try {
    for await (const chunk of createReadStream(path, { encoding: 'utf8', highWaterMark: 2 ** 18 })) {
      yield String(chunk);
    }
  } catch (cause) {
    if (!(cause instanceof Error && 'syscall' in cause)) throw cause;
    throw new ForesizeError('load-invalid', `cannot read ${path}: ${cause.message}`, { cause });
  }
}

/** The first line, by which a file tells its kind. Throws `load-invalid` for a file without any. */
export async function firstLine(path: string): Promise<Line> {
  for await (const first of lines(path)) return first;
  throw new ForesizeError('load-invalid', `${path} is empty`);
}
