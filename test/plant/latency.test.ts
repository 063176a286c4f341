import { expect } from 'chai';
import { outcomeOf, pathOf, resizesOf, turnsOf } from './outcome.ts';
import { HOUR, latencyBudget, neighbour, steady, studyBursts } from './scenarios.ts';
import { simulate, simulateUnlimited } from './simulate.ts';

describe('a latency budget of 1.2 × unlimited, in closed loop', () => {
  for (const [name, unbudgeted, most] of [
    ["the study's bursts from 100m", studyBursts(0.1, 1.25), 3],
    ['steady calls from 50m', steady(0.05, 2, 0.02, 1.25), 4],
  ] as const) {
    it(`is held for ${name}, with few resizes and without swinging`, async () => {
      const unlimited = outcomeOf(await simulateUnlimited(unbudgeted), 600).p95;
      const scenario = latencyBudget(unbudgeted, 1200 * unlimited);
      const run = await simulate(scenario);
      expect(outcomeOf(run, 600).p95).to.be.at.most(1.2 * unlimited);
      expect(pathOf(run, 'cpu-limit')).to.have.length.within(2, most + 1);
      expect(turnsOf(run, 'cpu-limit')).to.be.at.most(1);
      expect(resizesOf(run, HOUR).length).to.be.at.most(6);
    });
  }

  it('lowers a limit far above what it takes step by step, and stays within the budget', async () => {
    const run = await simulate(latencyBudget(steady(4, 2, 0.02, 2.5), 70));
    const limits = pathOf(run, 'cpu-limit');
    expect(limits.length).to.be.above(2);
    expect(limits).to.deep.equal(limits.toSorted((a, b) => b - a));
    expect(outcomeOf(run, HOUR).p95).to.be.at.most(0.07);
  });

  it('does not grow the limit because a neighbour takes the CPU', async () => {
    const run = await simulate(latencyBudget(neighbour(), 200));
    expect(Math.max(2, ...pathOf(run, 'cpu-limit'))).to.equal(2);
  });
});
