import { expect } from 'chai';
import { rollingMean, stepsPerMean } from '#core/usage/sixty-second-mean.ts';

describe('the 60 s mean', () => {
  it('is over as many steps as 60 s have', () => {
    expect([15_000, 60_000, 300_000, 1000].map(stepsPerMean)).to.deep.equal([4, 1, 1, 60]);
  });

  it('is over the values up to its own', () => {
    expect([...rollingMean(Float64Array.of(4, 0, 0, 0, 8), 4)]).to.deep.equal([NaN, 2, 4 / 3, 1, 2]);
  });

  it('leaves gaps out, and is a gap where the value is one or most are', () => {
    expect([...rollingMean(Float64Array.of(1, NaN, 3, NaN, NaN, NaN, 5), 4)]).to.deep.equal([
      NaN,
      NaN,
      2,
      NaN,
      NaN,
      NaN,
      NaN,
    ]);
  });

  it('does not drift: after a large value it is exactly 0 again', () => {
    const values = new Float64Array(20);
    values[3] = 1e17;
    values[5] = 0.1;
    expect(rollingMean(values, 4).at(-1)).to.equal(0);
  });
});
