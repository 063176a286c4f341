/** A column of a table whose lines are of `Row`. */
export interface TableColumn<Row> {
  readonly title: string;
  readonly cell: (row: Row) => string;
  /** Numbers stand to the right. @default 'left' */
  readonly align?: 'left' | 'right';
  /** Left out first where there is no room: the highest. */
  readonly sacrifice: number;
}

/** Between two columns. */
export const GAP = 2;

/** The columns that fit into `width`, in their order: the least telling are left out first, down to `fewest`. */
export function fittingColumns<Row, Column extends TableColumn<Row>>(
  columns: readonly Column[],
  rows: readonly Row[],
  width: number,
  fewest: number,
): readonly Column[] {
  const widths = new Map(columns.map((column) => [column, columnWidth(column, rows)]));
  const shown = [...columns];
  const total = (): number => shown.reduce((sum, column) => sum + (widths.get(column) ?? 0) + GAP, -GAP);
  while (shown.length > fewest && total() > width) {
    const least = shown.reduce((worst, column) => (column.sacrifice > worst.sacrifice ? column : worst));
    shown.splice(shown.indexOf(least), 1);
  }
  return shown;
}

/** As wide as its widest cell, or its title. */
export function columnWidth<Row>({ title, cell }: TableColumn<Row>, rows: readonly Row[]): number {
  return rows.reduce((width, row) => Math.max(width, cell(row).length), title.length);
}

/** A title line and a line a row, of the columns that fit into `width`; what is still too long ends in `…`. */
export function columnTable<Row>(
  columns: readonly TableColumn<Row>[],
  rows: readonly Row[],
  width = Infinity,
): string {
  const shown = fittingColumns(columns, rows, width, 1);
  const widths = shown.map((column) => columnWidth(column, rows));
  const line = (cells: readonly string[]): string => {
    const padded = cells.map((cell, index) =>
      shown[index]?.align === 'right' ? cell.padStart(widths[index] ?? 0) : cell.padEnd(widths[index] ?? 0),
    );
    const text = padded.join(' '.repeat(GAP)).trimEnd();
    return text.length <= width ? `${text}\n` : `${text.slice(0, Math.max(0, width - 1))}…\n`;
  };
  const head = line(shown.map(({ title }) => title));
  return head + rows.map((row) => line(shown.map(({ cell }) => cell(row)))).join('');
}

export interface TextTableOptions {
  /** So many columns to the left, the others, numbers, to the right. @default 1 */
  readonly left?: number;
  /** Most characters of a line: the last columns are left out where they do not fit. @default no bound */
  readonly width?: number;
}

/** Rows of cells under a head, as wide as they need to be. */
export function textTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  { left = 1, width = Infinity }: TextTableOptions = {},
): string {
  const columns = head.map((title, index): TableColumn<readonly string[]> => ({
    title,
    cell: (row) => row[index] ?? '',
    align: index < left ? 'left' : 'right',
    sacrifice: index,
  }));
  return columnTable(columns, rows, width);
}
