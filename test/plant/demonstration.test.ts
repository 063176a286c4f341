import { expect } from 'chai';
import { outcomeOf, pathOf, resizesOf, turnsOf } from './outcome.ts';
import { demonstration } from './scenarios.ts';
import { simulate } from './simulate.ts';

describe('the demonstration, in closed loop', () => {
  for (const [milliseconds, seed] of [
    [11, 11],
    [10, 10],
  ] as const) {
    it(`with calls of ${milliseconds} ms rescues within 45 s, saves memory within 4 minutes and then stays`, async () => {
      const run = await simulate(demonstration(milliseconds / 1000, 60, seed));
      const [first] = resizesOf(run);
      expect([first?.path, (first?.at ?? Infinity) < 45]).to.deep.equal(['rescue', true]);
      expect(pathOf(run, 'cpu-limit')).to.have.length(2);
      const saved = resizesOf(run).find(
        ({ decision: { from, to } }) => (to?.memoryRequestBytes ?? 0) < (from?.memoryRequestBytes ?? 0),
      );
      expect(saved?.at).to.be.below(240);
      expect(turnsOf(run, 'cpu-request') + turnsOf(run, 'memory-request')).to.equal(0);
      expect(resizesOf(run, 600)).to.deep.equal([]);
      expect(outcomeOf(run, 60).p95).to.be.below(0.025);
    });
  }
});
