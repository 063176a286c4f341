import { expect } from 'chai';
import fc from 'fast-check';
import { type ArrivalOptions, arrivals, DEFAULT_PERIOD_MS, PATTERNS } from '../../invoker/arrivals.ts';
import { parsePayloadSizes, payloads } from '../../invoker/payloads.ts';
import { seededRandom } from '../../invoker/random.ts';

const HOUR_MS = 3_600_000;

function due(change: Partial<ArrivalOptions> = {}): number[] {
  const { pattern = 'random' } = change;
  const periodMs = DEFAULT_PERIOD_MS[pattern];
  return [...arrivals({ pattern, ratePerMinute: 5, durationMs: HOUR_MS, periodMs, seed: 1, ...change })];
}

function perMinute(offsets: readonly number[]): number[] {
  const counts = new Array<number>(60).fill(0);
  for (const offset of offsets) {
    const minute = Math.floor(offset / 60_000);
    counts[minute] = (counts[minute] ?? 0) + 1;
  }
  return counts;
}

describe('when calls are due', () => {
  it('is ascending, within the duration, and the same for the same seed', () => {
    const options = fc.record({
      pattern: fc.constantFrom(...PATTERNS),
      ratePerMinute: fc.double({ min: 1, max: 300, noNaN: true }),
      durationMs: fc.integer({ min: 1, max: 600_000 }),
      periodMs: fc.integer({ min: 1000, max: 600_000 }),
      seed: fc.integer(),
    });
    fc.assert(
      fc.property(options, (change) => {
        const offsets = due(change);
        expect(offsets).to.deep.equal(offsets.toSorted((a, b) => a - b));
        expect(offsets.every((offset) => offset >= 0 && offset < change.durationMs)).to.equal(true);
        expect(due(change)).to.deep.equal(offsets);
      }),
    );
  });

  it('is by default 1 to 9 calls at the start of each minute, all counts seen', () => {
    const offsets = due();
    expect(new Set(perMinute(offsets))).to.deep.equal(new Set([1, 2, 3, 4, 5, 6, 7, 8, 9]));
    expect(Math.max(...offsets.map((offset) => offset % 60_000))).to.be.at.most(1000);
  });

  it('is never fewer than the least of a minute, and at random moments of it, where that is asked for', () => {
    const offsets = due({ ratePerMinute: 40, leastPerMinute: 30, spread: true });
    const counts = perMinute(offsets);
    expect(Math.min(...counts)).to.be.at.least(30);
    expect(Math.max(...counts)).to.be.at.most(50);
    const inSecondHalf = offsets.filter((offset) => offset % 60_000 >= 30_000).length;
    expect(inSecondHalf / offsets.length).to.be.within(0.45, 0.55);
  });

  it('changes with the seed where chance has a part', () => {
    for (const pattern of ['random', 'diurnal', 'ramp'] as const) {
      expect(due({ pattern })).not.to.deep.equal(due({ pattern, seed: 2 }));
    }
  });

  for (const pattern of ['random', 'constant', 'burst', 'diurnal', 'ramp'] as const) {
    it(`keeps the rate on average (${pattern})`, () => {
      const durationMs = 24 * HOUR_MS;
      expect(due({ pattern, ratePerMinute: 40, durationMs }).length / 1440).to.be.within(38, 42);
    });
  }

  it('is even for constant', () => {
    expect(due({ pattern: 'constant', ratePerMinute: 4, durationMs: 60_000 })).to.deep.equal([
      0, 15_000, 30_000, 45_000,
    ]);
  });

  it('swings ninefold between midnight and noon for diurnal', () => {
    const offsets = due({ pattern: 'diurnal', ratePerMinute: 600, periodMs: HOUR_MS });
    const counts = perMinute(offsets);
    const around = (minute: number): number => counts.slice(minute - 2, minute + 2).reduce((a, b) => a + b);
    expect(around(30) / around(2)).to.be.within(6, 12);
  });

  it('rises evenly from nothing to twice the rate over each period for ramp', () => {
    const periodMs = HOUR_MS / 2;
    const counts = perMinute(due({ pattern: 'ramp', ratePerMinute: 600, periodMs }));
    for (const minute of [0, 7, 15, 22, 29]) {
      for (const period of [0, 30]) {
        const expected = 1200 * ((minute + 0.5) / 30);
        expect(counts[period + minute]).to.be.within(expected * 0.85 - 20, expected * 1.15 + 20);
      }
    }
  });

  it('is all at once for burst, fractions adding up', () => {
    const offsets = due({ pattern: 'burst', ratePerMinute: 2.5, durationMs: 120_000 });
    expect(offsets).to.deep.equal([0, 0, 0, 60_000, 60_000]);
  });

  it('is silent for the second half of each period for on-off', () => {
    const offsets = due({ pattern: 'on-off', ratePerMinute: 60, periodMs: 60_000 });
    expect(offsets).to.have.length(60 * 30);
    expect(offsets.every((offset) => offset % 60_000 < 30_000)).to.equal(true);
  });

  it('has no end where the duration has none', () => {
    const endless = arrivals({
      pattern: 'constant',
      ratePerMinute: 1,
      durationMs: Infinity,
      periodMs: 1,
      seed: 1,
    });
    expect(endless.next().value).to.equal(0);
    expect(endless.next().value).to.equal(60_000);
  });

  it('is refused for a rate, duration or period that makes no sense', () => {
    const wrong = [{ ratePerMinute: 0.5 }, { ratePerMinute: NaN }, { durationMs: 0 }, { periodMs: -1 }];
    for (const change of wrong)
      expect(() => due(change))
        .to.throw()
        .with.property('code', 'load-invalid');
    expect(() => due({ pattern: 'constant', ratePerMinute: 0 })).to.throw(/rate 0/);
  });
});

describe('payloads', () => {
  const take = (text: string, seed = 1): string[] => {
    const texts = payloads(parsePayloadSizes(text), seed);
    return Array.from({ length: 500 }, () => texts.next().value);
  };

  it('have the sizes asked for', () => {
    expect(new Set(take('64').map((text) => text.length))).to.deep.equal(new Set([64]));
    const sizes = take('1-8').map((text) => text.length);
    expect(new Set(sizes)).to.deep.equal(new Set([1, 2, 3, 4, 5, 6, 7, 8]));
    const skewed = take('lognormal:100,0.8')
      .map((text) => text.length)
      .sort((a, b) => a - b);
    expect(skewed[250]).to.be.within(85, 115);
    expect(skewed.at(-1)).to.be.above(400);
  });

  it('are the same for the same seed', () => {
    expect(take('16-32', 3)).to.deep.equal(take('16-32', 3));
    expect(take('16-32', 3)).not.to.deep.equal(take('16-32', 4));
  });

  it('are refused where they are not sizes, or too large', () => {
    for (const text of ['', 'big', '9-3', '-4', '2000000', 'lognormal:0,1', 'lognormal:5']) {
      expect(() => parsePayloadSizes(text), text)
        .to.throw()
        .with.property('code', 'load-invalid');
    }
  });
});

describe('the random numbers', () => {
  it('are those of mulberry32', () => {
    const random = seededRandom(0);
    const drawn = Array.from({ length: 3 }, () => random() * 2 ** 32);
    expect(drawn).to.deep.equal([1144304738, 1416247, 958946056]);
  });
});
