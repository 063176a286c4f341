import { seededRandom } from '../../invoker/random.ts';
import { costing, independentCalls } from './load.ts';
import { DAY, HOUR, neighbour, sizes } from './scenarios.ts';
import { MI, type Scenario } from './simulate.ts';

/** Cycles this far apart are enough where nothing happens, and let days be simulated in a second. */
const QUIET_EVERY = 900;

/** A cycle every 15 s from `before` until `after` seconds around each of `times`, else one in a quarter of an hour. */
const aliveAround =
  (times: readonly number[], before: number, after: number) =>
  (at: number): boolean =>
    at % QUIET_EVERY < 15 || times.some((time) => at >= time - before && at < time + after);

/** `count` calls at once, every `every` seconds for `seconds` from each of `times`. */
function bursts(times: readonly number[], count: number, every: number, seconds: number): number[] {
  return times.flatMap((time) =>
    Array.from({ length: Math.floor(seconds / every) }, (_, burst) => burst).flatMap((burst) =>
      Array.from({ length: count }, () => time + burst * every + 0.5),
    ),
  );
}

const merged = (...loads: readonly number[][]): number[] => loads.flat().sort((a, b) => a - b);

/** When fifteen calls at once need the memory that was taken back. */
export const NEEDED_AT = 4 * HOUR;

/** Memory shrinks on an hour's evidence, limit and all; then it is needed. */
export function memoryNeededAgain(more: Partial<Scenario> = {}): Scenario {
  const seconds = NEEDED_AT + 27 * HOUR;
  const calm = independentCalls(seconds, () => 0.1, 0.1);
  return {
    load: costing(merged(calm, bursts([NEEDED_AT], 15, 10, 60)), 0.05),
    seconds,
    resources: sizes(0.2, 1, 64, 96),
    profile: { bytesPerCall: 2 * MI },
    annotations: {
      'foresize/evidence': '1h',
      'foresize/cooldown': '15m',
      'foresize/memory-shrink': 'in-place',
    },
    alive: aliveAround([NEEDED_AT], 0, 300),
    ...more,
  };
}

/** 10 o'clock on each day. */
export const BUSY_AT = Array.from({ length: 8 }, (_, day) => day * DAY + 10 * HOUR);

/** Eight days with ten calls at once each minute from 10:00 to 10:10, under a budget that one hour's evidence risks. */
export function busyMinutesEachDay(): Scenario {
  const seconds = 8 * DAY;
  const calm = independentCalls(seconds, () => 0.2, 0.2);
  return {
    load: costing(merged(calm, bursts(BUSY_AT, 10, 20, 600)), 0.05),
    seconds,
    resources: sizes(0.1, 1),
    profile: { mostCores: 4 },
    annotations: {
      'foresize/evidence': '1h',
      'foresize/cooldown': '60m',
      'foresize/cpu-limit': 'latency',
      'foresize/latency-budget': '300ms',
    },
    alive: aliveAround(BUSY_AT, 0, 120),
  };
}

/** The neighbour for nine hours, with a cycle every two minutes. */
export function longNeighbour(annotations: Readonly<Record<string, string>> = {}): Scenario {
  const seconds = 9 * HOUR;
  const calls = independentCalls(seconds, () => 2, 2);
  return { ...neighbour(annotations), load: costing(calls, 0.05), seconds, alive: (at) => at % 120 < 15 };
}

/** Six kilobytes a call for 26 hours, far below the limit. */
export function slowLeak(): Scenario {
  const seconds = 26 * HOUR;
  const random = seededRandom(3);
  const times = Array.from({ length: seconds / 5 }, (_, call) => 5 * call + random());
  return {
    load: costing(times, 0.02),
    seconds,
    resources: sizes(0.03, 0.5, 64, 512),
    profile: { leakBytesPerCall: 6000 },
    alive: aliveAround([], 0, 0),
  };
}
