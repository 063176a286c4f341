import { ForesizeError } from '#core/errors/error.ts';
import { csvCells } from '#core/usage/csv-rows.ts';
import { columnIndex, readTime, refuseSeconds } from './cells.ts';
import type { CallsFile, RowReader } from './data-file.ts';
import { NumberColumn } from './number-column.ts';
import { unevenRow } from './usage-rows.ts';

/** The study's log: a time a line, the first line too. */
export function callLogRows(path: string, firstText: string, firstLine: number): RowReader {
  const reader = timeRows(path, 'time', (text, line) => {
    const cells = csvCells(text);
    if (cells.length !== 1) throw unevenRow(path, line, cells.length, 1);
    return cells[0] ?? '';
  });
  reader.add(firstText, firstLine);
  return reader;
}

/** Calls as `foresize invoke --calls` writes them, in the order of their ends; `sent_ms` is when each began. */
export function callTableRows(path: string, header: readonly string[], headerLine: number): RowReader {
  const index = columnIndex(header, 'sent_ms', path, headerLine);
  return timeRows(path, 'sent_ms', (text, line) => {
    const cells = csvCells(text);
    if (cells.length !== header.length) throw unevenRow(path, line, cells.length, header.length);
    return cells[index] ?? '';
  });
}

function timeRows(path: string, column: string, cellOf: (text: string, line: number) => string): RowReader {
  const timesMs = new NumberColumn();
  return {
    add(text, line) {
      const timeMs = readTime(cellOf(text, line), path, line, column);
      if (timesMs.length === 0) refuseSeconds(timeMs, path, line);
      timesMs.push(timeMs);
    },
    finish(): CallsFile {
      if (timesMs.length === 0) throw new ForesizeError('data-invalid', `${path} holds no call`);
      return { kind: 'calls', path, timesMs: timesMs.take() };
    },
  };
}
