import { expect } from 'chai';
import { RecursiveRegression } from '#forecast/calls/recursive-regression.ts';
import { seededRandom } from '#core/seeded-random.ts';

const ROWS = 2000;

/** Learns y = 1 + 2 x + noise, and gives the fit at x = 0 and x = 1. */
function learn(
  level: number | undefined,
  noise: (random: () => number) => number,
  scale = 1,
): { zero: number; one: number } {
  const options = { halfLifeSteps: 1000, ridge: 0.01, ...(level === undefined ? {} : { level }) };
  const fit = new RecursiveRegression(2, options);
  const random = seededRandom(1);
  for (let i = 0; i < ROWS; i++) {
    const x = random();
    fit.update(Float64Array.of(1, x), 0, scale * (1 + 2 * x + noise(random)));
  }
  return { zero: fit.predict(Float64Array.of(1, 0)), one: fit.predict(Float64Array.of(1, 1)) };
}

describe('a recursive regression', () => {
  it('fits means by least squares', () => {
    const { zero, one } = learn(undefined, (random) => random() - 0.5);
    expect(zero).to.be.closeTo(1, 0.05);
    expect(one).to.be.closeTo(3, 0.05);
  });

  for (const level of [0.1, 0.5, 0.9]) {
    it(`fits the ${level} quantile`, () => {
      const { zero, one } = learn(level, (random) => random());
      expect(zero).to.be.closeTo(1 + level, 0.08);
      expect(one).to.be.closeTo(3 + level, 0.08);
    });
  }

  it('is not moved by outliers where it fits the median', () => {
    const { zero, one } = learn(0.5, (random) => (random() < 0.1 ? 100 : random() - 0.5));
    expect(zero).to.be.closeTo(1, 0.15);
    expect(one).to.be.closeTo(3, 0.15);
  });

  it('scales with what it learns', () => {
    const plain = learn(0.9, (random) => random());
    const large = learn(0.9, (random) => random(), 1e9);
    expect(large.one / 1e9).to.be.closeTo(plain.one, 1e-6);
  });

  it('forgets: after a half-life what came before counts half', () => {
    const fit = new RecursiveRegression(1, { halfLifeSteps: 10, ridge: 0 });
    const one = Float64Array.of(1);
    fit.update(one, 0, 0);
    fit.update(one, 0, 3, 10);
    expect(fit.predict(one)).to.be.closeTo(2, 1e-9);
    for (let i = 0; i < 1000; i++) fit.update(one, 0, 7);
    expect(fit.predict(one)).to.be.closeTo(7, 1e-9);
  });

  it('reads inputs at an offset, and passes over what is no number', () => {
    const fit = new RecursiveRegression(1, { halfLifeSteps: 100, ridge: 0 });
    fit.update(Float64Array.of(5, 2), 1, 8);
    fit.update(Float64Array.of(5, 2), 1, NaN);
    fit.update(Float64Array.of(5, Infinity), 1, 8);
    expect(fit.updates).to.equal(1);
    expect(fit.predict(Float64Array.of(9, 9, 3), 2)).to.be.closeTo(12, 1e-9);
  });

  it('says 0 before it has learned, and little from one observation where the ridge is strong', () => {
    const fit = new RecursiveRegression(1, { halfLifeSteps: 100, ridge: 9 });
    const one = Float64Array.of(1);
    expect(fit.predict(one)).to.equal(0);
    fit.update(one, 0, 10);
    expect(fit.predict(one)).to.be.closeTo(1, 0.2);
  });
});
