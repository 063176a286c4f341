/** Rows in aligned columns, two spaces apart, the first row being the heads; nothing trails. */
export function textTable(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length)),
  );
  const pad = (cell: string, column: number): string =>
    cell + ' '.repeat(Math.max(0, (widths[column] ?? 0) - cell.length));
  return rows.map((row) => `${row.map(pad).join('  ').trimEnd()}\n`).join('');
}
