import { ForesizeError } from '#core/errors/error.ts';
import { type Line, lines } from './lines.ts';

/** A row of a CSV file with its header. */
export class TableRow {
  readonly columns: readonly string[];
  readonly #path: string;
  readonly #line: number;
  readonly #cells: readonly string[];

  /** Throws `load-invalid` for more or fewer cells than columns. */
  constructor(path: string, columns: readonly string[], { number, text }: Line) {
    this.columns = columns;
    this.#path = path;
    this.#line = number;
    this.#cells = text.split(',');
    if (this.#cells.length === columns.length) return;
    throw new ForesizeError(
      'load-invalid',
      `${path}, line ${number} has ${this.#cells.length} cells where the header has ${columns.length}`,
    );
  }

  text(column: string): string {
    return this.#cells[this.columns.indexOf(column)] ?? '';
  }

  /** Throws `load-invalid`, naming file, line and column. */
  number(column: string): number {
    return this.#read(column, /^\d+(?:\.\d+)?(?:e[+-]?\d+)?$/i, 'a number of 0 or more');
  }

  /** Throws `load-invalid`, naming file, line and column. */
  count(column: string): number {
    return this.#read(column, /^\d{1,15}$/, 'a whole number of 0 or more');
  }

  #read(column: string, form: RegExp, wanted: string): number {
    const text = this.text(column).trim();
    if (form.test(text)) return Number(text);
    throw new ForesizeError(
      'load-invalid',
      `${this.#path}, line ${this.#line}, column ${column}: ${JSON.stringify(text.slice(0, 80))} is not ${wanted}`,
    );
  }
}

export interface Wanted {
  /** Columns that the file must have; what it has beyond them is for `TableRow.columns`. */
  readonly columns: readonly string[];
  /** Whether it is this row, from 1. Given the text, since most rows are not worth taking apart. */
  readonly is: (text: string, row: number) => boolean;
}

/** The first row that is wanted, or how many rows there are without it. Throws `load-invalid`. */
export async function findRow(path: string, wanted: Wanted): Promise<TableRow | number> {
  let columns: readonly string[] | undefined;
  let row = 0;
  for await (const line of lines(path)) {
    if (columns === undefined) {
      columns = line.text.split(',').map((name) => name.trim());
      requireColumns(path, line.number, columns, wanted.columns);
    } else if (wanted.is(line.text, ++row)) return new TableRow(path, columns, line);
  }
  if (columns === undefined) throw new ForesizeError('load-invalid', `${path} is empty`);
  return row;
}

function requireColumns(
  path: string,
  line: number,
  columns: readonly string[],
  wanted: readonly string[],
): void {
  const known = new Set(columns);
  const missing = wanted.find((name) => !known.has(name));
  if (missing === undefined) return;
  throw new ForesizeError('load-invalid', `${path}, line ${line}: there is no column ${missing}`);
}
