import { Cron } from 'croner';
import { ForesizeError } from '#core/errors/error.ts';
import type { Schedule } from './schedule.ts';

interface Field {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  /** Names of values from `min` on. */
  readonly names?: readonly string[];
}

const FIELDS: readonly Field[] = [
  { name: 'minute', min: 0, max: 59 },
  { name: 'hour', min: 0, max: 23 },
  { name: 'day of month', min: 1, max: 31 },
  {
    name: 'month',
    min: 1,
    max: 12,
    names: ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'],
  },
  // 7 is no Sunday here: robfig/cron refuses it.
  { name: 'day of week', min: 0, max: 6, names: ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] },
];

/**
 * Five fields by the grammar of robfig/cron v3, which knows no L, W, # or seconds. Each is written out as a list
 * of numbers, so that croner finds the next time and never reads a pattern differently. Throws `schedule-invalid`.
 */
export function calendarSchedule(text: string, zone: string | undefined): Schedule {
  const given = text.split(/\s+/).filter((field) => field !== '');
  if (given.length !== FIELDS.length) {
    throw invalid(text, `five fields are wanted, minute hour day month weekday, not ${given.length}`);
  }
  const pattern = FIELDS.map((field, index) => writeOut(field, given[index] ?? '', text)).join(' ');
  const cron = new Cron(pattern, { paused: true, mode: '5-part', ...(zone && { timezone: zone }) });
  return { next: (afterMs) => cron.nextRun(new Date(afterMs))?.getTime() ?? null };
}

function writeOut(field: Field, given: string, text: string): string {
  const parts = given.split(',').filter((part) => part !== '');
  if (parts.length === 0) throw invalid(text, `the ${field.name} is empty`);
  const values = parts.map((part) => valuesOf(field, part, text));
  // A star among the parts decides how day and weekday combine, so it must stay one.
  if (parts.some((part) => /^[*?](?:\/0*1)?$/.test(part))) return '*';
  return [...new Set(values.flat())].sort((a, b) => a - b).join(',');
}

/** One part of a list: `5`, `1-5`, `mon-fri`, `10-40/10`, `10/5` (from 10 to the end), or a star with or without a step. */
function valuesOf(field: Field, part: string, text: string): number[] {
  const [range = '', step = '1', ...more] = part.split('/');
  const [low = '', high, ...tooMany] = range.split('-');
  const wrong = (): ForesizeError => invalid(text, `${JSON.stringify(part)} is no ${field.name}`);
  if (more.length > 0 || tooMany.length > 0 || !/^\d+$/.test(step) || Number(step) === 0) throw wrong();
  const star = range === '*' || range === '?';
  const start = star ? field.min : numberOf(field, low);
  const openEnd = star || (high === undefined && part.includes('/'));
  const end = openEnd ? field.max : numberOf(field, high ?? low);
  if (start === undefined || end === undefined || start > end) throw wrong();
  const values: number[] = [];
  for (let value = start; value <= end; value += Number(step)) values.push(value);
  return values;
}

/** undefined for what is outside the field. */
function numberOf({ min, max, names = [] }: Field, text: string): number | undefined {
  const named = names.indexOf(text.toLowerCase());
  const value = named >= 0 ? min + named : /^\d+$/.test(text) ? Number(text) : NaN;
  return value >= min && value <= max ? value : undefined;
}

function invalid(text: string, why: string): ForesizeError {
  return new ForesizeError('schedule-invalid', `schedule ${JSON.stringify(text)}: ${why}`);
}
