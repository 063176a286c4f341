import { expect } from 'chai';
import type { ForecastPath } from '#forecast/forecaster.ts';
import { nextErrors, peakCoverage, peakLosses, pinball, scoredOrigins, skillOf } from '#forecast/score.ts';

const filled = (value: number, length: number): Float64Array => new Float64Array(length).fill(value);

/** A path that says the same at each of `length` origins. */
function flat(next: number, [p50, p90, p95, p99]: readonly [number, number, number, number], length: number) {
  const column = (value: number): Float64Array => filled(value, length);
  const peak = { p50: column(p50), p90: column(p90), p95: column(p95), p99: column(p99) };
  return { next: column(next), peak } satisfies ForecastPath;
}

/** Peaks of a whole window of `length` samples: those of the last `horizon` origins are not known yet. */
const known = (length: number, horizon: number): Float64Array =>
  Float64Array.from({ length }, (_, i) => (i < length - horizon ? 1 : NaN));

describe('origins that are scored', () => {
  it('come after 20 others whose horizon is over, and are at least 20', () => {
    expect(scoredOrigins(known(48, 5), 5)).to.deep.equal([]);
    // The 20th to end is origin 19, five steps later; the last whose peak is known is 43.
    const origins = scoredOrigins(known(49, 5), 5);
    expect([origins[0], origins.at(-1), origins.length]).to.deep.equal([24, 43, 20]);
  });

  it('leave out peaks that are not known', () => {
    const holed = known(100, 5).map((peak, i) => (i >= 40 && i < 50 ? NaN : peak));
    const origins = scoredOrigins(holed, 5);
    expect(origins).to.include(39).and.include(50).and.not.include(45);
    expect(origins).to.have.length(71 - 10);
  });

  it('are none where the horizon is longer than the window, or nothing is known', () => {
    expect(scoredOrigins(filled(NaN, 100), 5)).to.deep.equal([]);
    expect(scoredOrigins(known(100, 100), 100)).to.deep.equal([]);
    expect(scoredOrigins(new Float64Array(0), 5)).to.deep.equal([]);
  });
});

describe('losses', () => {
  it('are the pinball’s: the level for each unit too low, the rest of it for each too high', () => {
    expect(pinball(10, 8, 0.9)).to.be.closeTo(1.8, 1e-12);
    expect(pinball(8, 10, 0.9)).to.be.closeTo(0.2, 1e-12);
    expect(pinball(8, 8, 0.9)).to.equal(0);
  });

  it('of peaks are added over the four levels, at the origins alone', () => {
    const path = flat(0, [1, 2, 3, 4], 5);
    // Peak 2.5: 0.5 × 1.5 + 0.9 × 0.5 + 0.05 × 0.5 + 0.01 × 1.5.
    const losses = peakLosses(path, filled(2.5, 5), [1, 3]);
    expect(losses).to.have.length(2);
    for (const loss of losses) expect(loss).to.be.closeTo(1.24, 1e-12);
  });

  it('of the next value are absolute, and NaN where nothing came', () => {
    const values = Float64Array.of(1, 5, NaN, 2);
    expect([...nextErrors(flat(4, [0, 0, 0, 0], 4), values, [0, 1, 2, 3])]).to.deep.equal([1, NaN, 2, NaN]);
  });
});

describe('coverage', () => {
  it('is the share of peaks at or under their p95', () => {
    const peaks = Float64Array.of(1, 2, 3, 4);
    expect(peakCoverage(flat(0, [0, 0, 3, 9], 4), peaks, [0, 1, 2, 3])).to.equal(0.75);
    expect(peakCoverage(flat(0, [0, 0, 3, 9], 4), peaks, [])).to.equal(null);
  });
});

describe('skill', () => {
  it('is the loss over the baseline’s, of origins that both could be scored at', () => {
    const own = Float64Array.of(1, NaN, 1, 5);
    const base = Float64Array.of(2, 9, 2, NaN);
    expect(skillOf(own, base, 0)).to.equal(0.5);
  });

  it('is 1 where neither lost anything, and large but finite where only the baseline did not', () => {
    expect(skillOf(filled(0, 30), filled(0, 30), 0.3)).to.equal(1);
    expect(skillOf(filled(0, 30), filled(0, 30), 0)).to.equal(1);
    expect(skillOf(filled(0.03, 30), filled(0, 30), 0.3)).to.be.closeTo(100_001, 1e-6);
  });

  it('is a million where nothing was ever used and the forecaster said otherwise', () => {
    expect(skillOf(filled(0.03, 30), filled(0, 30), 0)).to.equal(1e6);
  });

  it('is unknown without an origin', () => {
    expect(skillOf(new Float64Array(0), new Float64Array(0), 1)).to.equal(null);
    expect(skillOf(filled(NaN, 3), filled(1, 3), 1)).to.equal(null);
  });
});
