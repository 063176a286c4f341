import { ForesizeError } from '#core/errors/error.ts';
import type { Schedule } from './schedule.ts';

/** Milliseconds of Go's units of time. */
const UNIT_MS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};

const PART = /(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|μs|ms|s|m|h)/g;

/** Milliseconds of what Go's time.ParseDuration takes; undefined for anything else. */
function goDurationMs(text: string): number | undefined {
  if (text.replaceAll(PART, '') !== '' || text === '') return undefined;
  let total = 0;
  for (const [, amount, unit] of text.matchAll(PART)) total += Number(amount) * (UNIT_MS[unit ?? ''] ?? 0);
  return total;
}

/**
 * A constant delay, as robfig/cron's: whole seconds, at least one, counted from the whole second.
 * Throws `schedule-invalid`.
 */
export function everySchedule(duration: string): Schedule {
  const ms = goDurationMs(duration);
  if (ms === undefined) {
    throw new ForesizeError(
      'schedule-invalid',
      `schedule ${JSON.stringify(`@every ${duration}`)}: ${JSON.stringify(duration)} is not a duration such as 15s or 1h30m`,
    );
  }
  const delayMs = Math.max(1000, Math.floor(ms / 1000) * 1000);
  return { next: (afterMs) => Math.floor(afterMs / 1000) * 1000 + delayMs };
}
