import type { Line, Span, Style } from './line.ts';

/** A column of a table whose lines are of `Row`. */
export interface Column<Row> {
  readonly title: string;
  readonly cell: (row: Row) => string;
  readonly style?: (row: Row) => Style | undefined;
  /** Left out first where the terminal is narrow: the highest. */
  readonly sacrifice: number;
}

/** Between two columns. */
export const GAP = 2;

/** The columns that fit into `width`, in their order: the least telling are left out first, down to `fewest`. */
export function fittingColumns<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  width: number,
  fewest: number,
): readonly Column<Row>[] {
  const shown = [...columns];
  const total = (): number => shown.reduce((sum, column) => sum + widthOf(column, rows) + GAP, -GAP);
  while (shown.length > fewest && total() > width) {
    const least = shown.reduce((worst, column) => (column.sacrifice > worst.sacrifice ? column : worst));
    shown.splice(shown.indexOf(least), 1);
  }
  return shown;
}

/** As wide as its widest cell, or its title. */
function widthOf<Row>({ title, cell }: Column<Row>, rows: readonly Row[]): number {
  return rows.reduce((width, row) => Math.max(width, cell(row).length), title.length);
}

/** The titles, then a line of spans for each row, each as `lineOf` sets them out in the columns' widths. */
export function tableLines<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  lineOf: (cells: readonly Span[], widths: readonly number[]) => Line,
): Line[] {
  const widths = columns.map((column) => widthOf(column, rows));
  const heading = columns.map(({ title }): Span => ({ text: title, style: 'gray' }));
  const body = rows.map((row) =>
    columns.map(({ cell, style }): Span => ({ text: cell(row), style: style?.(row) })),
  );
  return [heading, ...body].map((cells) => lineOf(cells, widths));
}
