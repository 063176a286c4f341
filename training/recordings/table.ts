import { ForesizeError } from '#core/errors/error.ts';
import { readCell } from '../data/cells.ts';
import { lineBatches } from '../data/text-lines.ts';

/** A row of one of a recording's files; `columns` are as in its header. */
export class Row<Column extends string> {
  readonly line: number;
  readonly #path: string;
  readonly #columns: readonly Column[];
  readonly #cells: readonly string[];

  /** Throws `data-invalid` for more or fewer cells than columns. */
  constructor(path: string, line: number, columns: readonly Column[], cells: readonly string[]) {
    this.line = line;
    this.#path = path;
    this.#columns = columns;
    this.#cells = cells;
    if (cells.length === columns.length) return;
    throw new ForesizeError(
      'data-invalid',
      `${path}, line ${line} has ${cells.length} cells where ${columns.length} belong`,
    );
  }

  text(column: Column): string {
    return this.#cells[this.#columns.indexOf(column)] ?? '';
  }

  /** NaN for an empty cell. Throws `data-invalid` for what is no number. */
  number(column: Column): number {
    return readCell(this.text(column), this.#path, this.line, column);
  }
}

/**
 * The rows of a file below its header. A last line without its end is left out: the recorder was cut off as it wrote it.
 * Throws `data-invalid`.
 */
export async function* readRows<Column extends string>(
  path: string,
  columns: readonly Column[],
): AsyncGenerator<Row<Column>> {
  let held: { readonly line: number; readonly text: string } | undefined;
  for await (const { firstLine, lines } of lineBatches(path)) {
    for (const [at, text] of lines.entries()) {
      if (held !== undefined) {
        if (held.line === 1) requireHeader(path, columns, held.text);
        else if (held.text !== '') yield new Row(path, held.line, columns, held.text.split(','));
      }
      held = { line: firstLine + at, text };
    }
  }
  if (held?.line === 1) requireHeader(path, columns, held.text);
}

function requireHeader(path: string, columns: readonly string[], text: string): void {
  if (text === columns.join(',')) return;
  throw new ForesizeError(
    'data-invalid',
    `${path}, line 1: the header is ${JSON.stringify(text.slice(0, 200))} and not ${columns.join(',')}`,
  );
}
