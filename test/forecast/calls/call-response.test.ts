import { expect } from 'chai';
import fc from 'fast-check';
import { RESPONSE_STEPS, respondToCalls } from '#forecast/calls/call-response.ts';
import { nowcast } from '#forecast/calls/nowcast.ts';
import { seededRandom } from '#core/seeded-random.ts';
import { sampled, STEP_MS, type Sampled } from './synthetic-function.ts';

interface Forecasts {
  readonly fitted: Float64Array;
  readonly path: Float64Array;
  readonly next: Float64Array;
}

function forecastsOf({ values, calls, usable }: Sampled, callsKnown = true): Forecasts {
  const known = callsKnown ? calls : null;
  const response = respondToCalls(values, known, usable, STEP_MS);
  const scale = new Float64Array(values.length);
  let largest = 0;
  for (const [i, value] of values.entries()) scale[i] = (largest = Math.max(largest, value || 0)) / 2;
  return { ...response, next: nowcast(values, known, usable, response, scale) };
}

/** Mean absolute error of the path at `h` steps over that of the last value, from step `from` on. */
function skill(values: Float64Array, forecast: (i: number) => number, h: number, from: number): number {
  let [error, persistence] = [0, 0];
  for (let i = from; i + h < values.length; i++) {
    error += Math.abs(values[i + h]! - forecast(i));
    persistence += Math.abs(values[i + h]! - values[i]!);
  }
  return error / persistence;
}

const anyValue = fc.oneof(
  { weight: 6, arbitrary: fc.double({ min: 0, max: 4, noNaN: true }) },
  { weight: 3, arbitrary: fc.constantFrom(0, NaN, 1, 0.25) },
  { weight: 1, arbitrary: fc.constantFrom(1e-300, 1e300, 5e-324, Infinity, -1, 1e12) },
);
const anyCalls = fc.oneof(
  { weight: 6, arbitrary: fc.nat(9) },
  { weight: 2, arbitrary: fc.constantFrom(0, NaN) },
  { weight: 1, arbitrary: fc.constantFrom(1e9, 1e300, -1, Infinity) },
);
const anyFunction = fc
  .array(fc.tuple(anyValue, anyCalls, fc.constantFrom(1, 1, 1, 0)), { minLength: 1, maxLength: 90 })
  .map((rows): Sampled => ({
    values: Float64Array.from(rows, ([value]) => value),
    calls: Float64Array.from(rows, ([, calls]) => calls),
    usable: Uint8Array.from(rows, ([, , usable]) => usable),
    actualCost: NaN,
  }));

describe('the response of CPU to calls', () => {
  it('goes on as the calls do that are usual at that place in the minute', () => {
    const { values, calls, usable } = sampled(1, { samples: 240, jitterSeconds: 0 });
    const { path } = respondToCalls(values, calls, usable, STEP_MS);
    for (const h of [1, 4, 20]) {
      const ahead = skill(values, (i) => path[i * RESPONSE_STEPS + h - 1]!, h, 60);
      expect(ahead, `${h} steps ahead`).to.be.below(h % 4 === 0 ? 0.85 : 0.5);
    }
  });

  it('explains a rate over five minutes by the calls in its window', () => {
    const { values, calls, usable } = sampled(2, { samples: 240, meanSteps: 17 });
    const { fitted } = respondToCalls(values, calls, usable, STEP_MS);
    let [left, all] = [0, 0];
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    for (let i = 120; i < 240; i++) {
      left += (values[i]! - fitted[i]!) ** 2;
      all += (values[i]! - mean) ** 2;
    }
    expect(left / all).to.be.below(0.4);
  });

  it('stays at what is usual when no calls were counted', () => {
    const steady = new Float64Array(60).fill(0.25);
    const { path, fitted, cost } = respondToCalls(steady, null, new Uint8Array(60).fill(1), STEP_MS);
    expect(cost).to.equal(null);
    for (const value of [...path, ...fitted]) expect(value).to.be.closeTo(0.25, 1e-9);
  });

  it('returns to the mean as fast as residuals do', () => {
    const random = seededRandom(4);
    const usable = new Uint8Array(241).fill(1);
    const noise = Float64Array.from(usable, () => random());
    const slow = new Float64Array(241);
    for (let i = 1; i < 241; i++) slow[i] = 0.9 * slow[i - 1]! + 0.1 * noise[i]!;
    noise[240] = 5;
    slow[240] = 5;
    const after = (values: Float64Array): number =>
      respondToCalls(values, null, usable, STEP_MS).path[240 * RESPONSE_STEPS]!;
    expect(after(noise)).to.be.below(1.5);
    expect(after(slow)).to.be.above(3);
  });

  it('is not lowered by a sample at its limit', () => {
    const { values, calls, usable } = sampled(5);
    const before = respondToCalls(values, calls, usable, STEP_MS);
    const step = 116; // calls start here
    values[step] = 0;
    usable[step] = 0;
    const after = respondToCalls(values, calls, usable, STEP_MS);
    expect(after.path[step * RESPONSE_STEPS]!).to.be.at.least(before.path[step * RESPONSE_STEPS]! * 0.9);
    expect(after.cost!.cpuSecondsPerCall).to.be.closeTo(before.cost!.cpuSecondsPerCall, 0.001);
  });

  it('is carried over a gap', () => {
    const { values, calls, usable } = sampled(6);
    values.fill(NaN, 80, 100);
    const { path, fitted } = respondToCalls(values, calls, usable, STEP_MS);
    expect(fitted[84]! / fitted[83]!).to.be.above(1.5);
    expect(path[90 * RESPONSE_STEPS + 1]!).to.be.above(0);
  });

  it('never makes NaN, infinity or a negative path', () => {
    fc.assert(
      fc.property(anyFunction, fc.boolean(), (made, callsKnown) => {
        const { fitted, path, next } = forecastsOf(made, callsKnown);
        expect(fitted.every(Number.isFinite), 'fitted').to.equal(true);
        expect(
          path.every((value) => Number.isFinite(value) && value >= 0),
          'path',
        ).to.equal(true);
        const first = made.values.findIndex((value) => value >= 0 && value < Infinity);
        const forecasts = first < 0 ? [] : [...next.slice(first)];
        expect(
          forecasts.every((value) => Number.isFinite(value) && value >= 0),
          'nowcast',
        ).to.equal(true);
      }),
      { numRuns: 300 },
    );
  });

  it('has a cost that is a number, or none, whatever the input', () => {
    fc.assert(
      fc.property(anyFunction, ({ values, calls, usable }) => {
        const { cost } = respondToCalls(values, calls, usable, STEP_MS);
        if (cost === null) return;
        expect(cost.cpuSecondsPerCall).to.be.within(0, Number.MAX_VALUE);
        expect(cost.standardError).to.be.within(0, Number.MAX_VALUE);
      }),
      { numRuns: 300 },
    );
  });

  it('uses no sample that came later', () => {
    fc.assert(
      fc.property(fc.nat(1000), fc.integer({ min: 1, max: 119 }), anyFunction, (seed, cut, other) => {
        const made = sampled(seed);
        const full = forecastsOf(made);
        const changed = sampled(seed);
        for (let i = cut; i < 120; i++) {
          changed.values[i] = other.values[i % other.values.length]!;
          changed.calls[i] = other.calls[i % other.calls.length]!;
          changed.usable[i] = other.usable[i % other.usable.length]!;
        }
        const partial = forecastsOf(changed);
        expect(partial.fitted.slice(0, cut)).to.deep.equal(full.fitted.slice(0, cut));
        expect(partial.path.slice(0, cut * RESPONSE_STEPS)).to.deep.equal(
          full.path.slice(0, cut * RESPONSE_STEPS),
        );
        expect(partial.next.slice(0, cut)).to.deep.equal(full.next.slice(0, cut));
      }),
      { numRuns: 50 },
    );
  });

  it('is as many times larger as the values are', () => {
    const made = sampled(8);
    const plain = forecastsOf(made);
    const cost = respondToCalls(made.values, made.calls, made.usable, STEP_MS).cost!;
    for (const factor of [1e-6, 3, 1e9]) {
      const values = made.values.map((value) => value * factor);
      const larger = forecastsOf({ ...made, values });
      for (const key of ['fitted', 'path', 'next'] as const) {
        for (const [i, value] of larger[key].entries()) {
          expect(value / factor).to.be.closeTo(plain[key][i]!, 1e-9);
        }
      }
      const largerCost = respondToCalls(values, made.calls, made.usable, STEP_MS).cost!;
      expect(largerCost.cpuSecondsPerCall / factor).to.be.closeTo(cost.cpuSecondsPerCall, 1e-9);
      expect(largerCost.standardError / factor).to.be.closeTo(cost.standardError, 1e-9);
    }
  });
});
