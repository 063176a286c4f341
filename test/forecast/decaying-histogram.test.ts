import { expect } from 'chai';
import { bucketStarts, DecayingHistogram } from '#forecast/decaying-histogram.ts';
import { CPU_BUCKETS, histogram, MEMORY_BUCKETS } from '#forecast/histogram.ts';
import { windowOf } from './windows.ts';

const HOUR_MS = 3_600_000;
/** Nearly even buckets one wide, as the autoscaler's own examples use. */
const UNIT = { maximum: 10, firstBucketSize: 1, ratio: 1 + 1e-9, epsilon: 1e-15 };

describe('the decaying histogram of the Vertical Pod Autoscaler', () => {
  it('has buckets that grow by the ratio', () => {
    const scheme = { maximum: 500, firstBucketSize: 40, ratio: 1.5, epsilon: 0.001 };
    expect([...bucketStarts(scheme)]).to.deep.equal([0, 40, 100, 190, 325, 527.5]);
    const buckets = new DecayingHistogram(scheme, HOUR_MS);
    expect([0, 39.99, 40, 100, 900].map((value) => buckets.bucketOf(value))).to.deep.equal([0, 0, 1, 2, 5]);
  });

  it('is 0 while empty', () => {
    expect(new DecayingHistogram(UNIT, HOUR_MS).percentile(0.9)).to.equal(0);
  });

  it('weighs values 1, 2, 3, 4 by 1, 2, 3, 4 where nothing decays', () => {
    const weighed = new DecayingHistogram(UNIT, HOUR_MS);
    for (const value of [1.5, 2.5, 3.5, 4.5]) weighed.add(value, Math.floor(value), 0);
    const levels = [0, 0.1, 0.2, 0.3, 0.4, 0.6, 0.7, 1];
    const found = levels.map((level) => Math.round(weighed.percentile(level)));
    expect(found).to.deep.equal([2, 2, 3, 3, 4, 4, 5, 5]);
  });

  it('halves a weight every half-life', () => {
    const decaying = new DecayingHistogram(UNIT, HOUR_MS);
    for (const [i, value] of [1.5, 2.5, 3.5, 4.5].entries()) decaying.add(value, i + 1, i * HOUR_MS);
    const levels = [0, 0.02, 0.03, 0.1, 0.11, 0.34, 0.35, 1];
    const found = levels.map((level) => Math.round(decaying.percentile(level)));
    expect(found).to.deep.equal([2, 2, 3, 3, 4, 4, 5, 5]);
  });

  it('forgets a heavy sample twenty half-lives old, but not quite', () => {
    const decaying = new DecayingHistogram(UNIT, HOUR_MS);
    decaying.add(2.5, 1000, 0);
    decaying.add(1.5, 1, 20 * HOUR_MS);
    expect(Math.round(decaying.percentile(0.999))).to.equal(2);
    expect(Math.round(decaying.percentile(1))).to.equal(3);
  });

  it('stays exact over a hundred half-lives', () => {
    const decaying = new DecayingHistogram(UNIT, HOUR_MS);
    decaying.add(2.5, 1, 0);
    decaying.add(1.5, 1, 101 * HOUR_MS);
    expect(Math.round(decaying.percentile(1))).to.equal(2);
  });

  it('takes a sample back', () => {
    const changed = new DecayingHistogram(UNIT, HOUR_MS);
    changed.add(1.5, 1, 0);
    changed.add(7.5, 1, 0);
    changed.subtract(7.5, 1, 0);
    expect(Math.round(changed.percentile(1))).to.equal(2);
    changed.subtract(1.5, 1, 0);
    expect(changed.empty).to.equal(true);
  });

  it('reaches 1000 cores and a terabyte in 5 % buckets from 0.01 cores and 10 MB', () => {
    for (const [scheme, maximum, first] of [
      [CPU_BUCKETS, 1000, 0.01],
      [MEMORY_BUCKETS, 1e12, 1e7],
    ] as const) {
      const starts = bucketStarts(scheme);
      expect(starts).to.have.length(176);
      expect(starts[1]).to.be.closeTo(first, first * 1e-9);
      expect(starts.at(-1)).to.be.at.least(maximum);
    }
  });
});

describe('the histogram forecaster', () => {
  it('gives CPU percentiles as the ends of their buckets', () => {
    const values = Array.from({ length: 100 }, (_, i) => (i % 10 === 9 ? 0.5 : 0.005));
    const { peak, next } = histogram.forecast(windowOf(values));
    expect(peak.p50.at(-1)).to.be.closeTo(0.01, 1e-9);
    expect(next.at(-1)).to.equal(peak.p50.at(-1));
    expect(peak.p99.at(-1)).to.be.within(0.5, 0.5 * 1.05 + 0.01);
  });

  it("counts a day's memory as its peak", () => {
    const values = Array.from({ length: 100 }, (_, i) => (i === 40 ? 9e7 : 3e7));
    const { peak } = histogram.forecast(windowOf(values, { metric: 'memory' }));
    expect(peak.p50[39]).to.be.within(3e7, 3e7 * 1.05 + 1e7);
    expect(peak.p50.at(-1)).to.be.within(9e7, 9e7 * 1.05 + 1e7);
  });
});
