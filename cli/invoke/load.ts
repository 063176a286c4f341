import { ForesizeError } from '#core/errors/error.ts';
import { arrivals, DEFAULT_PERIOD_MS, type Pattern } from '../../invoker/arrivals.ts';
import { openReplay, type Replay } from '../../invoker/replay/replay.ts';

export interface LoadFlags {
  readonly pattern: Pattern;
  readonly rate: number;
  readonly period?: number;
  readonly duration?: number;
  readonly seed: number;
  readonly least: number;
  readonly spread?: true;
  readonly replay?: string;
  readonly row?: string;
  readonly durations?: string;
  readonly memory?: string;
  readonly speed?: number;
}

/** Calls to send. */
export interface Load {
  /** When they are due, in ms from the start, ascending. */
  readonly arrivals: Iterable<number>;
  readonly durationMs: number;
  /** Null for a pattern. */
  readonly replay: Replay | null;
}

const DEFAULT_DURATION_MS = 600_000;

/** The load that the flags ask for: a pattern, or what was recorded. Throws `load-invalid`. */
export function loadOf(flags: LoadFlags): Load | Promise<Load> {
  if (flags.replay !== undefined) return replayed(flags.replay, flags);
  refuseReplayFlags(flags);
  const { pattern, rate, duration: durationMs = DEFAULT_DURATION_MS, seed, least, spread = false } = flags;
  const periodMs = flags.period ?? DEFAULT_PERIOD_MS[pattern];
  const options = { pattern, ratePerMinute: rate, durationMs, periodMs, seed, leastPerMinute: least, spread };
  return { arrivals: arrivals(options), durationMs, replay: null };
}

async function replayed(file: string, flags: LoadFlags): Promise<Load> {
  const { row, durations, memory, speed = 1, seed, duration: durationMs = Infinity } = flags;
  if (!(durationMs > 0)) throw new ForesizeError('load-invalid', `duration ${durationMs} ms is not above 0`);
  const replay = await openReplay({ file, row, durations, memory, speed, seed });
  return {
    arrivals: before(durationMs, replay.arrivals),
    durationMs: Math.min(durationMs, replay.durationMs),
    replay,
  };
}

function refuseReplayFlags({ row, durations, memory, speed }: LoadFlags): void {
  const given = Object.entries({ row, durations, memory, speed }).find(([, value]) => value !== undefined);
  if (given !== undefined) throw new ForesizeError('load-invalid', `--${given[0]} needs --replay FILE`);
}

function* before(endMs: number, offsets: Iterable<number>): Generator<number> {
  for (const offsetMs of offsets) {
    if (offsetMs >= endMs) return;
    yield offsetMs;
  }
}
