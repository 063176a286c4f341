import { ForesizeError } from '#core/errors/error.ts';
import type { UsageFile } from './data-file.ts';

/**
 * The samples in order of time. Rows of one time that agree, as where exports overlap, are one sample. Throws
 * `data-invalid` for two that contradict each other.
 */
export function inOrder(file: UsageFile): UsageFile {
  if (ascends(file.timesMs)) return file;
  const order = merged(file, sorted(file.timesMs));
  const pick = (column: Float64Array): Float64Array => Float64Array.from(order, (row) => column[row] ?? NaN);
  const value = (column: Float64Array | null): Float64Array | null => (column === null ? null : pick(column));
  return {
    ...file,
    timesMs: pick(file.timesMs),
    lines: pick(file.lines),
    memoryBytes: value(file.memoryBytes),
    cpuCores: value(file.cpuCores),
    invocations: value(file.invocations),
  };
}

function ascends(timesMs: Float64Array): boolean {
  for (let i = 1; i < timesMs.length; i += 1) {
    if (!((timesMs[i] ?? NaN) > (timesMs[i - 1] ?? NaN))) return false;
  }
  return true;
}

function sorted(timesMs: Float64Array): Uint32Array {
  const order = new Uint32Array(timesMs.length);
  for (let i = 0; i < order.length; i += 1) order[i] = i;
  return order.sort((a, b) => (timesMs[a] ?? 0) - (timesMs[b] ?? 0) || a - b);
}

/** The first row of each time, which has taken what later rows of that time know. */
function merged(file: UsageFile, order: Uint32Array): Uint32Array {
  let kept = 0;
  for (const row of order) {
    const before = order[kept - 1];
    if (before !== undefined && file.timesMs[before] === file.timesMs[row]) mergeRow(file, before, row);
    else order[kept++] = row;
  }
  return order.subarray(0, kept);
}

function mergeRow(
  { path, timesMs, lines, memoryBytes, cpuCores, invocations }: UsageFile,
  into: number,
  row: number,
): void {
  for (const column of [memoryBytes, cpuCores, invocations]) {
    if (column === null) continue;
    const [known = NaN, value = NaN] = [column[into], column[row]];
    if (Number.isNaN(known)) column[into] = value;
    else if (!Number.isNaN(value) && value !== known) {
      throw new ForesizeError(
        'data-invalid',
        `${path}: lines ${lines[into] ?? 0} and ${lines[row] ?? 0} have the same Time ${timesMs[row] ?? 0} and different values`,
      );
    }
  }
}
