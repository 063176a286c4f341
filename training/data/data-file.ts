import { ForesizeError } from '#core/errors/error.ts';
import { csvCells } from '#core/usage/csv-rows.ts';
import { callLogRows, callTableRows } from './call-rows.ts';
import { parseCell } from './cells.ts';
import { lineBatches } from './text-lines.ts';
import { usageRows } from './usage-rows.ts';

/** Samples of usage as a file holds them, in its order. Columns have equal length; one it does not have is null. */
export interface UsageFile {
  readonly kind: 'usage';
  readonly path: string;
  /** Unix ms. */
  readonly timesMs: Float64Array;
  /** The line of each sample. */
  readonly lines: Float64Array;
  readonly memoryBytes: Float64Array | null;
  readonly cpuCores: Float64Array | null;
  /** Calls since the sample before. */
  readonly invocations: Float64Array | null;
}

/** When calls were made, in the order of the file. */
export interface CallsFile {
  readonly kind: 'calls';
  readonly path: string;
  /** Unix ms. */
  readonly timesMs: Float64Array;
}

export type DataFile = UsageFile | CallsFile;

/** Takes the rows of one file after its first line. */
export interface RowReader {
  /** `line` counts from 1; blank lines are left out. */
  add(text: string, line: number): void;
  /** Throws `data-invalid` where the file holds too little. */
  finish(): DataFile;
}

/**
 * Reads one file, which its first line tells apart: usage as CSV (`Time` with `mem_usage`, `cpu_usage` and
 * `invocations`, at least one of the first two), calls as the invoker writes them (`--calls`: `sent_ms` among the
 * columns; `--log`: a time a line and no header). Streams: memory is 8 bytes a number kept. Throws `data-invalid`,
 * naming file, line and column.
 */
export async function readDataFile(path: string): Promise<DataFile> {
  let reader: RowReader | null = null;
  for await (const { firstLine, lines } of lineBatches(path)) {
    let line = firstLine - 1;
    for (const text of lines) {
      line += 1;
      if (text.trim() === '') continue;
      if (reader === null) reader = readerFor(path, text, line);
      else reader.add(text, line);
    }
  }
  if (reader === null) throw new ForesizeError('data-invalid', `${path} is empty`);
  return reader.finish();
}

function readerFor(path: string, text: string, line: number): RowReader {
  const header = csvCells(text);
  if (header.includes('Time')) return usageRows(path, header, line);
  if (header.includes('sent_ms')) return callTableRows(path, header, line);
  if (header.length === 1 && parseCell(header[0] ?? '') !== undefined) return callLogRows(path, text, line);
  throw new ForesizeError(
    'data-invalid',
    `${path}, line ${line}: ${JSON.stringify(text.slice(0, 80))} is neither a header (Time,mem_usage,cpu_usage, or the invoker's with sent_ms) nor the time of a call`,
  );
}
