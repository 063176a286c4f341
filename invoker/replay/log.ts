import { ForesizeError } from '#core/errors/error.ts';
import { isInSeconds, LAST_TIME_MS } from '#core/units/unix-time.ts';
import { type Line, lines } from './lines.ts';

/** Of `foresize invoke --calls`. */
export const CALLS_BEGIN = 'due_ms,';
const COLUMN = 'due_ms';

/**
 * When the calls of a recorded log were due, in ms after the first of them, ascending: of a log with one Unix ms a line,
 * as the study's, or of a CSV with a row a call, whose rows stand in the order in which calls ended. Only the times are
 * held, 8 bytes a call. Throws `load-invalid`, naming file, line and column.
 */
export async function readLog(path: string): Promise<Float64Array> {
  const times: number[] = [];
  for await (const line of lines(path)) {
    if (line.number === 1 && line.text.startsWith(CALLS_BEGIN)) continue;
    times.push(timeOf(path, line));
  }
  if (times.length === 0) throw new ForesizeError('load-invalid', `${path} holds no calls`);
  const sorted = Float64Array.from(times).sort();
  const firstMs = sorted[0] ?? 0;
  return sorted.map((timeMs) => timeMs - firstMs);
}

function timeOf(path: string, { number, text }: Line): number {
  const cell = text.split(',', 1)[0]?.trim() ?? '';
  const timeMs = /^\d+(?:\.\d+)?$/.test(cell) ? Number(cell) : NaN;
  if (isInSeconds(timeMs)) {
    throw invalid(path, number, `the time ${cell} is in Unix seconds; it must be in Unix ms`);
  }
  if (timeMs <= LAST_TIME_MS) return timeMs;
  throw invalid(path, number, `${JSON.stringify(cell.slice(0, 80))} is not a time in Unix ms`);
}

function invalid(path: string, line: number, what: string): ForesizeError {
  return new ForesizeError('load-invalid', `${path}, line ${line}, column ${COLUMN}: ${what}`);
}
