import { expect } from 'chai';
import fc from 'fast-check';
import { ForesizeError } from '#core/errors/error.ts';
import { parseSchedule } from '../../../local/cron/parse-schedule.ts';

/** The first times of a schedule in UTC, unless it names a zone. */
function times(schedule: string, after: string, count: number): string[] {
  const parsed = parseSchedule(schedule.includes('TZ=') ? schedule : `CRON_TZ=UTC ${schedule}`);
  const found: string[] = [];
  let ms = Date.parse(after);
  while (found.length < count) {
    const next = parsed.next(ms);
    if (next === null) break;
    found.push(new Date(next).toISOString().replace(':00.000Z', 'Z'));
    ms = next;
  }
  return found;
}

describe('a schedule', () => {
  for (const [schedule, after, ...expected] of [
    ['*/15 * * * *', '2026-01-01T00:07:30Z', '2026-01-01T00:15Z', '2026-01-01T00:30Z'],
    ['5/20 * * * *', '2026-01-01T00:00:00Z', '2026-01-01T00:05Z', '2026-01-01T00:25Z', '2026-01-01T00:45Z'],
    ['10-30/10 6 * * *', '2026-01-01T06:20:00Z', '2026-01-01T06:30Z', '2026-01-02T06:10Z'],
    ['0 9,17 * * MON-fri', '2026-01-02T10:00:00Z', '2026-01-02T17:00Z', '2026-01-05T09:00Z'],
    ['0 0 1 jan,JUL ?', '2026-01-01T00:00:00Z', '2026-07-01T00:00Z', '2027-01-01T00:00Z'],
    ['0 0 29 2 *', '2026-01-01T00:00:00Z', '2028-02-29T00:00Z'],
    // Day and weekday both given: either will do, as in robfig/cron.
    ['0 0 13 * 5', '2026-01-01T00:00:00Z', '2026-01-02T00:00Z', '2026-01-09T00:00Z', '2026-01-13T00:00Z'],
    // A step of one is a star, so the weekday alone counts.
    ['0 0 */1 * 1', '2026-01-01T00:00:00Z', '2026-01-05T00:00Z', '2026-01-12T00:00Z'],
    ['@hourly', '2026-01-01T00:00:00Z', '2026-01-01T01:00Z', '2026-01-01T02:00Z'],
    ['@daily', '2026-01-01T00:00:00Z', '2026-01-02T00:00Z'],
    ['@midnight', '2026-01-01T00:00:00Z', '2026-01-02T00:00Z'],
    ['@weekly', '2026-01-01T00:00:00Z', '2026-01-04T00:00Z'],
    ['@monthly', '2026-01-01T00:00:00Z', '2026-02-01T00:00Z'],
    ['@yearly', '2026-01-01T00:00:00Z', '2027-01-01T00:00Z'],
    ['@annually', '2026-01-01T00:00:00Z', '2027-01-01T00:00Z'],
    ['CRON_TZ=Asia/Tokyo 30 6 * * *', '2026-01-01T00:00:00Z', '2026-01-01T21:30Z'],
    ['TZ=Asia/Tokyo @daily', '2026-01-01T00:00:00Z', '2026-01-01T15:00Z'],
    // In summer time from 29 March on.
    ['CRON_TZ=Europe/Berlin 0 6 * * *', '2026-03-28T00:00:00Z', '2026-03-28T05:00Z', '2026-03-29T04:00Z'],
  ] as const) {
    it(`${schedule} comes at ${expected.join(', ')} after ${after}`, () => {
      expect(times(schedule, after, expected.length)).to.deep.equal(expected);
    });
  }

  for (const [schedule, after, next] of [
    ['@every 15s', 1_000_400, 1_015_000],
    ['@every 1m30s', 1_000_000, 1_090_000],
    ['@every 1.9s', 1_000_000, 1_001_000],
    ['@every 0.5h', 0, 1_800_000],
    // Less than a second is a second.
    ['@every 10ms', 1_000_000, 1_001_000],
    ['CRON_TZ=UTC @every 2s', 1_000_000, 1_002_000],
  ] as const) {
    it(`${schedule} comes ${next - after} ms after ${after}`, () => {
      expect(parseSchedule(schedule).next(after)).to.equal(next);
    });
  }

  it('never comes on a day that no month has', () => {
    expect(parseSchedule('0 0 31 2 *').next(0)).to.equal(null);
  });

  for (const schedule of [
    '',
    ' ',
    '* * * *',
    '*/10 * * * * *',
    '0 9 * * *; 0 17 * * *',
    '60 * * * *',
    '* 24 * * *',
    '* * 0 * *',
    '* * * 13 *',
    '* * * * 7',
    '5-1 * * * *',
    '*/0 * * * *',
    '*/x * * * *',
    '1/2/3 * * * *',
    '1-2-3 * * * *',
    '-1 * * * *',
    ', * * * *',
    '* * L * *',
    '* * 15W * *',
    '* * * * 5#2',
    '* * * foo *',
    '@every',
    '@every 15',
    '@every -1s',
    '@every 1d',
    '@every soon',
    '@reboot',
    '@Hourly',
    'CRON_TZ=Nowhere/Town 0 6 * * *',
    'CRON_TZ=UTC',
  ]) {
    it(`refuses ${JSON.stringify(schedule)}, quoting it`, () => {
      expect(() => parseSchedule(schedule))
        .to.throw(ForesizeError)
        .that.satisfies(
          (error: ForesizeError) => error.code === 'schedule-invalid' && error.message.includes('"'),
        );
    });
  }

  it('is either refused by its own error or lies in the future, whatever is written', () => {
    const field = fc.stringMatching(/^[-*?/,0-9a-z]{1,6}$/);
    const text = fc.oneof(
      fc.string(),
      fc.array(field, { minLength: 4, maxLength: 6 }).map((fields) => fields.join(' ')),
    );
    fc.assert(
      fc.property(text, fc.integer({ min: 0, max: 2_000_000_000_000 }), (schedule, afterMs) => {
        try {
          const next = parseSchedule(schedule).next(afterMs);
          return next === null || next > afterMs;
        } catch (error) {
          return error instanceof ForesizeError && error.code === 'schedule-invalid';
        }
      }),
      { numRuns: 300 },
    );
  });
});
