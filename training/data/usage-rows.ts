import { ForesizeError } from '#core/errors/error.ts';
import { csvCells } from '#core/usage/csv-rows.ts';
import { columnIndex, readCell, readTime, refuseSeconds } from './cells.ts';
import type { RowReader, UsageFile } from './data-file.ts';
import { NumberColumn } from './number-column.ts';

const VALUES = ['mem_usage', 'cpu_usage', 'invocations'] as const;

interface ValueColumn {
  readonly name: string;
  readonly index: number;
  readonly numbers: NumberColumn;
}

/** Rows below a header with `Time`. Throws `data-invalid` for a header without usage or with a column twice. */
export function usageRows(path: string, header: readonly string[], headerLine: number): RowReader {
  const timeIndex = columnIndex(header, 'Time', path, headerLine);
  const columns: readonly ValueColumn[] = VALUES.map((name) => ({
    name,
    index: columnIndex(header, name, path, headerLine),
    numbers: new NumberColumn(),
  })).filter(({ index }) => index !== -1);
  if (!header.includes('mem_usage') && !header.includes('cpu_usage')) {
    throw new ForesizeError(
      'data-invalid',
      `${path}, line ${headerLine}: beside Time there is neither mem_usage nor cpu_usage, but ${header.filter((name) => name !== 'Time').join(', ') || 'nothing'}`,
    );
  }
  const timesMs = new NumberColumn();
  const lines = new NumberColumn();
  return {
    add(text, line) {
      const cells = csvCells(text);
      if (cells.length !== header.length) throw unevenRow(path, line, cells.length, header.length);
      const timeMs = readTime(cells[timeIndex] ?? '', path, line, 'Time');
      if (timesMs.length === 0) refuseSeconds(timeMs, path, line);
      timesMs.push(timeMs);
      lines.push(line);
      for (const { name, index, numbers } of columns) {
        numbers.push(readCell(cells[index] ?? '', path, line, name));
      }
    },
    finish(): UsageFile {
      if (timesMs.length === 0) {
        throw new ForesizeError('data-invalid', `${path} has no row below its first line`);
      }
      const take = (name: (typeof VALUES)[number]): Float64Array | null =>
        columns.find((column) => column.name === name)?.numbers.take() ?? null;
      return {
        kind: 'usage',
        path,
        timesMs: timesMs.take(),
        lines: lines.take(),
        memoryBytes: take('mem_usage'),
        cpuCores: take('cpu_usage'),
        invocations: take('invocations'),
      };
    },
  };
}

/** A row that is cut short, or not of this table. */
export function unevenRow(path: string, line: number, cells: number, columns: number): ForesizeError {
  return new ForesizeError(
    'data-invalid',
    `${path}, line ${line} has ${cells} ${cells === 1 ? 'cell' : 'cells'}, the first line ${columns}`,
  );
}
