import { expect } from 'chai';
import fc from 'fast-check';
import { leakSigns, looksLikeLeak } from '#core/policy/leak.ts';
import { firstContact } from '#core/policy/bookkeeping.ts';
import { NO_MAXIMA } from '#core/policy/maxima.ts';
import type { FunctionState } from '#core/policy/state.ts';
import { DAY, decideOn, HOUR, MI, NOW, SIZES, type Situation, UID } from './situation.ts';

const NEW = firstContact({ uid: UID, template: SIZES }, NOW - 9 * DAY);

/** Hourly maxima in MiB that end with the running hour. */
function hourly(memory: readonly (number | null)[]): FunctionState {
  const first = Math.floor(NOW / HOUR) - memory.length + 1;
  return { ...NEW, hourly: { first, cpu: memory.map(() => 10), memory: [...memory] } };
}

function daily(memory: readonly number[]): FunctionState {
  const first = Math.floor(NOW / DAY) - memory.length + 1;
  return { ...NEW, daily: { first, cpu: memory.map(() => 10), memory: [...memory] } };
}

const hours = (of: (hour: number) => number, count = 25): number[] =>
  Array.from({ length: count }, (_, hour) => Math.ceil(of(hour)));

describe('use of memory that looks like a leak', () => {
  const leaks: readonly [string, FunctionState][] = [
    ['rises evenly for a day', hourly(hours((hour) => 60 + 2 * hour))],
    ['rises with every call, more by day', hourly(hours((hour) => 60 + 2 * hour + 4 * Math.sin(hour / 4)))],
    [
      'rises evenly since the last restart',
      hourly([...hours(() => 90, 3), null, ...hours((h) => 40 + 2 * h, 21)]),
    ],
    ['rises day by day for a week', daily([60, 70, 80, 90, 100, 110, 120, 130])],
    ['ends in three kills in a row', { ...NEW, oom: { at: NOW - HOUR, limitBytes: 64 * MI, count: 3 } }],
  ];
  for (const [what, state] of leaks) {
    it(what, () => {
      expect(looksLikeLeak(state, NOW)).to.equal(true);
    });
  }

  const others: readonly [string, FunctionState][] = [
    ['is level', hourly(hours(() => 90))],
    ['fills a cache, ever slower', hourly(hours((hour) => 120 - 60 * Math.exp(-hour / 5)))],
    ['goes up and down with the day', hourly(hours((hour) => 90 + 30 * Math.sin((hour / 24) * 2 * Math.PI)))],
    ['rises all morning', hourly(hours((hour) => (hour < 12 ? 60 : 60 + 5 * (hour - 12))))],
    ['has been watched for half a day', hourly(hours((hour) => 60 + 5 * hour, 12))],
    ['rises by next to nothing', hourly(hours((hour) => 200 + hour / 2))],
    ['took one large step', hourly(hours((hour) => (hour < 10 ? 60 : 160)))],
    ['rises from Monday to Friday', daily([60, 60, 60, 70, 80, 90, 100, 110])],
    ['ended in kills long ago', { ...NEW, oom: { at: NOW - 2 * DAY, limitBytes: 64 * MI, count: 5 } }],
    ['is not known', { ...NEW, hourly: NO_MAXIMA, daily: NO_MAXIMA }],
  ];
  for (const [what, state] of others) {
    it(`is none that ${what}`, () => {
      expect(leakSigns(state, NOW)).to.equal(null);
    });
  }

  it('never does while it falls at all', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 500 }), { minLength: 22, maxLength: 25 }), (row) => {
        const falls = row.slice(0, -1).some((value, index) => value < (row[index - 1] ?? 0));
        if (falls) expect(leakSigns(hourly(row), NOW)).to.equal(null);
      }),
    );
  });

  it('is named in the decision before the first kill, and holds nothing back', () => {
    const use = { lastMemoryBytes: 108 * MI, maximumMemoryBytes: 108 * MI };
    const state = hourly(hours((hour) => 60 + 2 * hour));
    const calm: Situation = { state, signals: use, memory: 108 * MI };
    expect(decideOn(calm).decision.reason).to.contain(
      'use of memory has risen for 24 hours, from 60Mi to 106Mi, without falling: this looks like a leak',
    );
    const growing = decideOn({ ...calm, memory: 140 * MI, signals: { lastMemoryBytes: 140 * MI } }).decision;
    expect(growing.to?.memoryRequestBytes).to.equal(154 * MI);
    expect(growing.reason).to.contain('this looks like a leak');
  });
});
