import { expect } from 'chai';
import { fitScaler, restore, standardise } from '#forecast/seed-lstm/standard-scaler.ts';

describe('the standard scaler', () => {
  it('divides by the population deviation, as scikit-learn does', () => {
    const column = Float64Array.of(2, 4, 4, 4, 5, 5, 7, 9);
    const scaler = fitScaler(column);
    expect(scaler).to.deep.equal({ mean: 5, deviation: 2 });
    expect([...standardise(column, scaler)].slice(0, 2)).to.deep.equal([-1.5, -0.5]);
  });

  it('gives back what it scaled', () => {
    const column = Float64Array.of(0.001, 0.5, 12);
    const scaler = fitScaler(column);
    for (const [i, value] of restore(standardise(column, scaler), scaler).entries())
      expect(value).to.be.closeTo(column[i]!, 1e-12);
  });

  it('makes zeros of a constant column', () => {
    const column = Float64Array.of(7, 7, 7);
    expect([...standardise(column, fitScaler(column))]).to.deep.equal([0, 0, 0]);
  });

  it('passes over gaps', () => {
    expect(fitScaler(Float64Array.of(1, NaN, 3))).to.deep.equal({ mean: 2, deviation: 1 });
  });
});
