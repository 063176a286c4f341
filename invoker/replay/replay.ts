import { ForesizeError } from '#core/errors/error.ts';
import { firstLine } from './lines.ts';
import { CALLS_BEGIN, readLog } from './log.ts';
import { readTrace, TRACE_BEGIN, traceArrivals, type TraceFunction } from './trace.ts';

export interface ReplayOptions {
  /** A log of calls, or the trace's calls a minute; which of them it is, its first line says. */
  readonly file: string;
  /** Of a trace: number of a row, from 1, or hash of a function. */
  readonly row?: string | undefined;
  readonly durations?: string | undefined;
  readonly memory?: string | undefined;
  /** How many times as fast as it was recorded. @default 1 */
  readonly speed?: number;
  /** Of the moments within a trace's minutes. */
  readonly seed: number;
}

/** Calls to send again. */
export interface Replay {
  /** When calls are due, in ms from the start, ascending. */
  readonly arrivals: Iterable<number>;
  readonly calls: number;
  /** How long it takes, ms. */
  readonly durationMs: number;
  /** What the trace says of the function; null for a log. */
  readonly trace: TraceFunction | null;
}

const MINUTE_MS = 60_000;

/**
 * Reads what is to be replayed, whole, so that a bad file is refused before anything is sent. Throws `load-invalid`,
 * naming file, line and column.
 *
 * @example const { arrivals } = await openReplay({ file: 'log.csv', speed: 10, seed: 1 });
 */
export async function openReplay(options: ReplayOptions): Promise<Replay> {
  const { file, speed = 1 } = options;
  if (!(speed > 0 && Number.isFinite(speed))) {
    throw new ForesizeError('load-invalid', `speed ${speed} is not a number above 0`);
  }
  const { text } = await firstLine(file);
  if (text.startsWith(TRACE_BEGIN)) return openTrace(options, speed);
  refuseTraceOptions(options);
  if (!text.startsWith(CALLS_BEGIN) && !/^\d/.test(text)) {
    throw new ForesizeError(
      'load-invalid',
      `${file}, line 1: ${JSON.stringify(text.slice(0, 80))} begins neither a log (a Unix time in ms a line), nor calls (${CALLS_BEGIN}…), nor a trace (${TRACE_BEGIN}…)`,
    );
  }
  const offsets = await readLog(file);
  const arrivals = offsets.map((offsetMs) => offsetMs / speed);
  return { arrivals, calls: arrivals.length, durationMs: (arrivals.at(-1) ?? 0) + 1, trace: null };
}

async function openTrace(
  { file, row, durations, memory, seed }: ReplayOptions,
  speed: number,
): Promise<Replay> {
  if (row === undefined) {
    throw new ForesizeError(
      'load-invalid',
      `${file} is a trace of many functions: name one by its row (from 1) or its hash`,
    );
  }
  const trace = await readTrace({ invocations: file, durations, memory }, row);
  const calls = trace.perMinute.reduce((sum, count) => sum + count, 0);
  const durationMs = (trace.perMinute.length * MINUTE_MS) / speed;
  return { arrivals: faster(traceArrivals(trace, seed), speed), calls, durationMs, trace };
}

function refuseTraceOptions({ file, row, durations, memory }: ReplayOptions): void {
  const given = Object.entries({ row, durations, memory }).find(([, value]) => value !== undefined);
  if (given === undefined) return;
  throw new ForesizeError('load-invalid', `${file} is no trace, so it has no ${given[0]}`);
}

function* faster(arrivals: Iterable<number>, speed: number): Generator<number> {
  for (const offsetMs of arrivals) yield offsetMs / speed;
}
