import { expect } from 'chai';
import { bucketStarts, DecayingHistogram } from '#forecast/decaying-histogram.ts';
import { CPU_BUCKETS, MEMORY_BUCKETS } from '#forecast/usage-histograms.ts';

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

  it('is 0 while empty, at any level', () => {
    const empty = new DecayingHistogram(UNIT, HOUR_MS);
    for (const level of [-0.5, 0, 0.9, 1, 1.5]) expect(empty.percentile(level)).to.equal(0);
  });

  it('gives its least and greatest beyond levels 0 and 1, and of the last bucket the start', () => {
    const tenths = { maximum: 1, firstBucketSize: 0.1, ratio: 1 + 1e-9, epsilon: 1e-15 };
    const bounded = new DecayingHistogram(tenths, HOUR_MS);
    bounded.add(0.15, 0.1, 0);
    bounded.add(0.25, 0.2, 0);
    expect(bounded.percentile(-0.1)).to.be.closeTo(0.2, 1e-6);
    expect(bounded.percentile(1.1)).to.be.closeTo(0.3, 1e-6);
    bounded.add(0, 0.1, 0);
    bounded.add(5, 0.2, 0);
    expect(bounded.percentile(-0.1)).to.be.closeTo(0.1, 1e-6);
    expect(bounded.percentile(1.1)).to.be.closeTo(1, 0.11);
  });

  it('counts weights under epsilon as none', () => {
    const light = new DecayingHistogram({ ...UNIT, epsilon: 1 }, HOUR_MS);
    light.add(1.5, 0.3, 0);
    expect(light.empty).to.equal(true);
    light.add(9.5, 2.5, 0);
    light.add(0.5, 0.3, 0);
    expect(light.empty).to.equal(false);
    light.subtract(9.5, 1, 0);
    expect(light.empty).to.equal(false);
    light.subtract(9.5, 1, 0);
    expect(light.empty).to.equal(true);
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
