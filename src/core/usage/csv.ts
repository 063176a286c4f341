import { ForesizeError } from '../errors/error.ts';
import { csvRows, type CsvRow } from './csv-rows.ts';

/** Usage as columns, in the order given. NaN is a value that was not there. */
export interface UsageColumns {
  /** Unix ms. */
  readonly timesMs: Float64Array;
  readonly memoryBytes: Float64Array;
  readonly cpuCores: Float64Array;
  /** Calls started since the sample before; null where the column is missing. */
  readonly invocations: Float64Array | null;
  /** Line of each sample in the text it came from, for messages. */
  readonly lines: readonly number[];
}

const REQUIRED = ['Time', 'mem_usage', 'cpu_usage'] as const;
const OPTIONAL = 'invocations';

/** Twice the longest series a message can hold. */
const MAXIMUM_ROWS = 5760;

const invalid = (message: string): ForesizeError => new ForesizeError('csv-invalid', message);

function columnIndex(header: CsvRow, name: string): number {
  const index = header.cells.indexOf(name);
  if (index !== header.cells.lastIndexOf(name))
    throw invalid(`line ${header.line}: column ${name} is there twice`);
  return index;
}

/** A cell as a number ≥ 0; an empty one is a gap, NaN, except in Time. */
function readCell(row: CsvRow, index: number, column: string): number {
  const text = row.cells[index]?.trim() ?? '';
  if (text === '' && column !== 'Time') return NaN;
  const value = text === '' ? NaN : Number(text);
  if (!Number.isFinite(value) || value < 0) {
    throw invalid(`line ${row.line}, column ${column}: ${JSON.stringify(text)} is not a number of 0 or more`);
  }
  return value;
}

/**
 * Reads usage in the columns of the study that this began from: `Time` (Unix ms), `mem_usage` (bytes), `cpu_usage`
 * (cores) and optionally `invocations` (calls since the sample before), in any order among others, with or without
 * quotes, byte-order mark and blank lines. An empty cell is a gap. Throws `csv-invalid`, naming line and column.
 *
 * @example
 * parseUsageCsv('Time,mem_usage,cpu_usage\n1672557210000,5144576,0.0016\n').cpuCores[0]; // 0.0016
 */
export function parseUsageCsv(text: string): UsageColumns {
  const [header, ...rows] = csvRows(text);
  if (header === undefined) throw invalid(`the text is empty; its first line must be ${REQUIRED.join(',')}`);
  const missing = REQUIRED.filter((name) => columnIndex(header, name) === -1);
  if (missing.length > 0)
    throw invalid(`line ${header.line} does not name the column ${missing.join(' and ')}`);
  if (rows.length > MAXIMUM_ROWS) throw invalid(`${rows.length} rows are more than ${MAXIMUM_ROWS}`);
  for (const { line, cells } of rows) {
    if (cells.length === header.cells.length) continue;
    throw invalid(`line ${line} has ${cells.length} cells, the first line ${header.cells.length}`);
  }
  const column = (name: string): Float64Array => {
    const index = columnIndex(header, name);
    return Float64Array.from(rows, (row) => readCell(row, index, name));
  };
  return {
    timesMs: column('Time'),
    memoryBytes: column('mem_usage'),
    cpuCores: column('cpu_usage'),
    invocations: columnIndex(header, OPTIONAL) === -1 ? null : column(OPTIONAL),
    lines: rows.map(({ line }) => line),
  };
}
