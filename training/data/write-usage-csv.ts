import type { FunctionHistory } from '#core/replay/history.ts';
import { writeWhole } from './write-whole.ts';

const ROWS_AT_ONCE = 4096;

/**
 * A history as the study's CSV, some rows at a time: `Time,mem_usage,cpu_usage`, with `invocations` where calls are
 * known; a gap is an empty cell. Numbers are written so that they read back the same.
 */
export function* usageCsv(history: FunctionHistory): Generator<string> {
  const { startMs, stepMs, memoryBytes, cpuCores, callsStarted } = history;
  const columns = callsStarted === null ? [memoryBytes, cpuCores] : [memoryBytes, cpuCores, callsStarted];
  yield `Time,mem_usage,cpu_usage${callsStarted === null ? '' : ',invocations'}\n`;
  for (let from = 0; from < cpuCores.length; from += ROWS_AT_ONCE) {
    let text = '';
    for (let step = from; step < Math.min(from + ROWS_AT_ONCE, cpuCores.length); step += 1) {
      text += `${startMs + step * stepMs},${columns.map((column) => cellOf(column[step])).join(',')}\n`;
    }
    yield text;
  }
}

function cellOf(value = NaN): string {
  return Number.isNaN(value) ? '' : String(value);
}

/** Writes the study's CSV of one function, whole or not at all. */
export async function writeUsageCsv(path: string, history: FunctionHistory): Promise<void> {
  await writeWhole(path, usageCsv(history));
}
