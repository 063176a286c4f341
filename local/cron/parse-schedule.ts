import { ForesizeError } from '#core/errors/error.ts';
import { everySchedule } from './every.ts';
import { calendarSchedule } from './calendar.ts';
import type { Schedule } from './schedule.ts';

/** The descriptors of robfig/cron v3, which the cron-connector uses. */
const DESCRIPTORS: Readonly<Record<string, string>> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
};

/**
 * Reads a `schedule` annotation as the cron-connector does: five fields, `@hourly` and its like, `@every 15s`,
 * with `CRON_TZ=Zone ` before any of them. Throws `schedule-invalid` for whatever it would drop without a word.
 */
export function parseSchedule(text: string): Schedule {
  const { zone, rest } = splitZone(text);
  if (rest.startsWith('@every ')) return everySchedule(rest.slice('@every '.length));
  if (!rest.startsWith('@')) return calendarSchedule(rest, zone);
  const fields = DESCRIPTORS[rest];
  if (fields === undefined) throw invalid(text, `${rest} is not known`);
  return calendarSchedule(fields, zone);
}

/** `CRON_TZ=Europe/Berlin 0 6 * * *` → zone and the rest; without one, the machine's own zone holds. */
function splitZone(text: string): { zone: string | undefined; rest: string } {
  const [, zone, rest] = /^(?:CRON_)?TZ=(\S*)\s+(.*)$/s.exec(text) ?? [];
  if (zone === undefined || rest === undefined) return { zone: undefined, rest: text };
  if (!isZone(zone)) throw invalid(text, `${JSON.stringify(zone)} is not a time zone such as Europe/Berlin`);
  return { zone: zone === '' ? 'UTC' : zone, rest: rest.trim() };
}

function isZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone === '' ? 'UTC' : zone });
    return true;
  } catch {
    return false;
  }
}

function invalid(text: string, why: string): ForesizeError {
  return new ForesizeError('schedule-invalid', `schedule ${JSON.stringify(text)}: ${why}`);
}
