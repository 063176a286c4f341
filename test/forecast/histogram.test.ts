import { expect } from 'chai';
import { histogram } from '#forecast/histogram.ts';
import { windowOf } from './windows.ts';

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

  it('takes a kill for memory as 100 MiB more than was seen, from the kill on', () => {
    const censored = new Uint8Array(100);
    censored[60] = 1;
    const window = windowOf(
      Array.from({ length: 100 }, () => 3e7),
      { metric: 'memory', censored },
    );
    const { p50 } = histogram.forecast(window).peak;
    const needed = 3e7 + 100 * 2 ** 20;
    expect(p50[59]).to.be.below(4.2e7);
    expect(p50[60]).to.be.within(needed, needed * 1.05 + 1e7);
    expect(p50.at(-1)).to.equal(p50[60]);
  });
});
