import { POLICY } from './constants.ts';
import { greatest } from './maxima.ts';
import { formatValue, UNIT } from './resources.ts';
import type { FunctionState } from './state.ts';

/** Hours and days that a growth must last to be no rhythm: a day's goes down at night, a week's at the weekend. */
const LEAST = { hourly: 20, daily: 7 } as const;

/** Growth below this, in MiB and as a share of where it began, may be anything. */
const LEAST_GROWTH = { units: 16, share: 0.1 } as const;

const QUARTERS = [0, 1, 2, 3] as const;

/**
 * Whether these maxima, oldest first, only ever rise, and in each quarter by at least half of an even quarter: caches
 * that fill slow down, and steps stand still; a leak does neither.
 */
function risesSteadily(values: readonly number[]): boolean {
  const last = values.length - 1;
  const at = (quarters: number): number => values[Math.round((last * quarters) / 4)] ?? 0;
  const growth = at(4) - at(0);
  if (growth < Math.max(LEAST_GROWTH.units, LEAST_GROWTH.share * at(0))) return false;
  if (values.some((value, index) => value < (values[index - 1] ?? 0))) return false;
  return QUARTERS.every((quarter) => at(quarter + 1) - at(quarter) >= growth / 8);
}

/** The newest values up to a gap; the running bucket, which may still grow, left out. */
function knownRow(values: readonly (number | null)[]): readonly number[] {
  const whole = values.slice(0, -1);
  return whole.slice(whole.lastIndexOf(null) + 1).filter((value) => value !== null);
}

function rise(state: FunctionState): string | null {
  for (const grain of ['hourly', 'daily'] as const) {
    const row = knownRow(state[grain].memory);
    if (row.length < LEAST[grain] || !risesSteadily(row)) continue;
    const [from, to] = [row[0] ?? 0, greatest(row) ?? 0];
    const text = (units: number): string => formatValue('memory', units * UNIT.memory);
    const unit = grain === 'hourly' ? 'hours' : 'days';
    return `use of memory has risen for ${row.length} ${unit}, from ${text(from)} to ${text(to)}, without falling`;
  }
  return null;
}

/**
 * What speaks for a leak of memory: three kills for want of it in a row, or, before there is one, use that rises
 * steadily for most of a day or for a week. Null if nothing does. Growing the limit only hides a leak.
 */
export function leakSigns(state: FunctionState, now: number): string | null {
  const { oom } = state;
  if (oom !== null && oom.count >= POLICY.oomLeakRow && now - oom.at <= POLICY.oomRowMs) {
    return `killed for want of memory ${oom.count} times in a row`;
  }
  return rise(state);
}

/** See `leakSigns`; for a metric. */
export function looksLikeLeak(state: FunctionState, now: number): boolean {
  return leakSigns(state, now) !== null;
}
