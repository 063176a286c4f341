import { expect } from 'chai';
import { demandOf } from '../../../training/generate/demand.ts';
import { seededDraws } from '../../../training/generate/draws.ts';

const COUNT = 10_000;
const TIMES = Float64Array.from({ length: COUNT }, (_, i) => i / 2 + 0.1);

const sum = (values: Float64Array): number => values.reduce((total, value) => total + value, 0);

describe('what callers ask of a function', () => {
  it('counts each call in its second, at the mean cost', () => {
    const cost = { secondsPerCall: 0.1, variation: 0.5, drifts: false };
    const { calls, work } = demandOf(seededDraws(1), TIMES, cost, COUNT / 2);
    expect(calls.every((count) => count === 2)).to.be.true;
    expect(sum(work) / COUNT).to.be.closeTo(0.1, 5 * (0.05 / Math.sqrt(COUNT)));
  });

  it('costs exactly as much each time without variation, until it drifts', () => {
    const steady = demandOf(
      seededDraws(1),
      TIMES,
      { secondsPerCall: 0.1, variation: 0, drifts: false },
      5000,
    );
    expect(steady.work.every((work) => Math.abs(work - 0.2) < 1e-12)).to.be.true;
    const drifting = demandOf(
      seededDraws(1),
      TIMES,
      { secondsPerCall: 0.1, variation: 0, drifts: true },
      5000,
    );
    expect(drifting.work[0]).to.be.closeTo(0.2, 1e-12);
    expect(Math.abs((drifting.work[4999] ?? 0) - 0.2)).to.be.above(0.002);
    const jumps = drifting.work.map((work, i) => Math.abs(work - (drifting.work[i - 1] ?? work)));
    expect(Math.max(...jumps)).to.be.below(0.001);
  });
});
