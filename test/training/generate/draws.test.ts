import { expect } from 'chai';
import { seededDraws } from '../../../training/generate/draws.ts';

const COUNT = 20_000;

function moments(draw: () => number): { mean: number; deviation: number } {
  const values = Array.from({ length: COUNT }, draw);
  const mean = values.reduce((sum, value) => sum + value, 0) / COUNT;
  const square = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / COUNT;
  return { mean, deviation: Math.sqrt(square) };
}

describe('random draws', () => {
  it('are the same for the same seed and others for another, also beyond 32 bits', () => {
    const first = (seed: number): string => {
      const draws = seededDraws(seed);
      return [draws.unit(), draws.normal(), draws.exponential(3), draws.whole(1, 1e9)].join();
    };
    expect(first(7)).to.equal(first(7));
    const seeds = [0, 1, 7, -7, 2 ** 32, 2 ** 32 + 7, Number.MAX_SAFE_INTEGER];
    expect(new Set(seeds.map(first)).size).to.equal(seeds.length);
  });

  it('have the moments of their distributions', () => {
    const draws = seededDraws(1);
    const cases = [
      [() => draws.unit(), 0.5, Math.sqrt(1 / 12)],
      [() => draws.between(2, 6), 4, 4 * Math.sqrt(1 / 12)],
      [() => draws.normal(), 0, 1],
      [() => draws.exponential(3), 3, 3],
      [() => draws.lognormal(0.5), 1, 0.5],
      [() => Math.log(draws.logBetween(1, Math.E)), 0.5, Math.sqrt(1 / 12)],
      [() => Number(draws.chance(0.3)), 0.3, Math.sqrt(0.21)],
      [() => draws.whole(1, 6), 3.5, Math.sqrt(35 / 12)],
      [() => draws.pick([1, 2, 3, 4, 5, 6]), 3.5, Math.sqrt(35 / 12)],
    ] as const;
    for (const [draw, mean, deviation] of cases) {
      const found = moments(draw);
      expect(found.mean).to.be.closeTo(mean, (5 * deviation) / Math.sqrt(COUNT));
      expect(found.deviation).to.be.closeTo(deviation, 0.05 * deviation);
    }
  });

  it('stay inside their bounds, both ends of whole numbers included', () => {
    const draws = seededDraws(2);
    const faces = new Set(Array.from({ length: 200 }, () => draws.whole(1, 6)));
    expect([...faces].sort()).to.deep.equal([1, 2, 3, 4, 5, 6]);
    for (let i = 0; i < 1000; i += 1) expect(draws.logBetween(0.1, 4)).to.be.within(0.1, 4);
  });
});
