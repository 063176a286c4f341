import type { Draws } from './draws.ts';

interface Timetable {
  readonly periodS: number;
  readonly mostCalls: number;
  /** From one call of a period to the next. */
  readonly spacingS: number;
  /** Of the period's first call after the full period. */
  readonly latenessS: number;
}

/** How many calls the next period has. */
type Counter = () => number;

function drawTimetable(draws: Draws): Timetable {
  return {
    periodS: draws.pick([10, 15, 20, 30, 60, 60, 60, 60, 60, 120, 180, 300]),
    mostCalls: draws.pick([1, 3, 5, 9, 9, 9, 20, 40]),
    spacingS: draws.logBetween(0.05, 2),
    latenessS: draws.logBetween(0.1, 3),
  };
}

/** The reference study's invoker: each minute 1 to 9 calls, one after another, 122 ms apart in its log. */
const STUDY: Timetable = { periodS: 60, mostCalls: 9, spacingS: 0.125, latenessS: 0.05 };

/** Steps of 15 % of the most calls, from period to period. */
function walk(draws: Draws, mostCalls: number): Counter {
  let level = draws.between(1, mostCalls);
  return () => {
    level = Math.min(mostCalls, Math.max(1, level + 0.15 * mostCalls * draws.normal()));
    return Math.round(level);
  };
}

export const CRON_PROCESSES = {
  cron: (_, mostCalls) => () => mostCalls,
  'cron-uniform': (draws, mostCalls) => () => draws.whole(1, mostCalls),
  'cron-walk': walk,
  study: (draws, mostCalls) => () => draws.whole(1, mostCalls),
} as const satisfies Readonly<Record<string, (draws: Draws, mostCalls: number) => Counter>>;

export type CronProcess = keyof typeof CRON_PROCESSES;

/** Calls at each full period, in seconds, ascending; the last ones may lie beyond the end. */
export function cronCalls(draws: Draws, process: CronProcess, seconds: number): Float64Array {
  const timetable = process === 'study' ? STUDY : drawTimetable(draws);
  const count = CRON_PROCESSES[process](draws, timetable.mostCalls);
  const times: number[] = [];
  for (let at = draws.between(0, timetable.periodS); at < seconds; at += timetable.periodS) {
    const firstAt = at + Math.abs(draws.normal()) * timetable.latenessS;
    const calls = count();
    for (let call = 0; call < calls; call += 1) times.push(firstAt + call * timetable.spacingS);
  }
  return Float64Array.from(times).sort();
}
