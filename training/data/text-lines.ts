import { createReadStream } from 'node:fs';
import { ForesizeError } from '#core/errors/error.ts';

/** Consecutive lines of a text without their ends. */
export interface LineBatch {
  /** Number of the first of them, from 1. */
  readonly firstLine: number;
  readonly lines: readonly string[];
}

/** Beyond any row of numbers: a file with longer lines is something else, and must not be held whole. */
const LONGEST_LINE = 65_536;

const CHUNK_BYTES = 2 ** 20;

/**
 * The lines of a file as they are read, any kind of line end, without the byte-order mark; memory stays that of a
 * chunk. Throws `data-invalid` where the file cannot be read, is not UTF-8 text, or has an endless line.
 */
export async function* lineBatches(path: string): AsyncGenerator<LineBatch> {
  let firstLine = 1;
  let rest = '';
  for await (const chunk of textOf(path)) {
    // A \r at the end may be the first half of \r\n.
    const whole = rest + chunk;
    const cut = whole.endsWith('\r') ? whole.length - 1 : whole.length;
    const lines = splitLines(whole.slice(0, cut));
    rest = (lines.pop() ?? '') + whole.slice(cut);
    refuseBinary(path, firstLine + lines.length, chunk, rest);
    yield { firstLine, lines };
    firstLine += lines.length;
  }
  yield { firstLine, lines: splitLines(rest) };
}

function splitLines(text: string): string[] {
  return text.includes('\r') ? text.split(/\r\n|\n|\r/) : text.split('\n');
}

function refuseBinary(path: string, line: number, chunk: string, rest: string): void {
  if (chunk.includes('\0') || chunk.includes('\uFFFD')) {
    throw new ForesizeError('data-invalid', `${path}, before line ${line + 1}: this is not text in UTF-8`);
  }
  if (rest.length > LONGEST_LINE) {
    throw new ForesizeError('data-invalid', `${path}, line ${line} has more than ${LONGEST_LINE} characters`);
  }
}

async function* textOf(path: string): AsyncGenerator<string> {
  let isFirst = true;
  try {
    for await (const chunk of createReadStream(path, { encoding: 'utf8', highWaterMark: CHUNK_BYTES })) {
      const text = String(chunk);
      yield isFirst ? text.replace(/^\uFEFF/, '') : text;
      isFirst = false;
    }
  } catch (error) {
    if (!(error instanceof Error && 'syscall' in error)) throw error;
    throw new ForesizeError('data-invalid', `cannot read ${path}: ${error.message}`, { cause: error });
  }
}
