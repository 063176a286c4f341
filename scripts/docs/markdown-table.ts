/** A table whose cells are Markdown; a `|` in one of them is escaped. */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', String.raw`\|`)).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** As code, where there is something to show. */
export const code = (text: string): string => (text === '' ? '' : `\`${text}\``);
