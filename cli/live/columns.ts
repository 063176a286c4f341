import { columnWidth, GAP, type TableColumn } from '#core/text-table.ts';
import type { Line, Span, Style } from './line.ts';

/** A column of a table on a terminal, whose cells have styles. */
export interface Column<Row> extends TableColumn<Row> {
  readonly style?: (row: Row) => Style | undefined;
}

/** The titles, then a line for each row. */
export function tableLines<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): Line[] {
  const widths = columns.map((column) => columnWidth(column, rows));
  const heading = columns.map(({ title }): Span => ({ text: title, style: 'gray' }));
  const body = rows.map((row) =>
    columns.map(({ cell, style }): Span => ({ text: cell(row), style: style?.(row) })),
  );
  return [heading, ...body].map((cells) => lineOf(cells, columns, widths));
}

/** Padding has no style of its own, and none is after the last cell. */
function lineOf<Row>(
  cells: readonly Span[],
  columns: readonly Column<Row>[],
  widths: readonly number[],
): Line {
  return cells.flatMap((cell, index): Span[] => {
    const padding = ' '.repeat((widths[index] ?? 0) - cell.text.length);
    const isLast = index === cells.length - 1;
    const gap = isLast ? '' : ' '.repeat(GAP);
    if (columns[index]?.align === 'right') return [{ text: padding }, cell, { text: gap }];
    return [cell, { text: isLast ? '' : padding + gap }];
  });
}
