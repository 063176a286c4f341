import { expect } from 'chai';
import { outcomeOf, resizesOf, turnsOf } from './outcome.ts';
import { heavyStart, leak, step, STEP_AT } from './scenarios.ts';
import { MI, simulate } from './simulate.ts';

describe('a pod that is killed, in closed loop', () => {
  for (const limit of [0.02, 0.1]) {
    it(`for the calls that pile up in 64 MiB under ${limit * 1000}m recovers, and is not killed again`, async () => {
      const run = await simulate(step(limit, 64));
      expect(run.pods[0]?.outOfMemory).to.be.within(1, 2);
      expect(outcomeOf(run, STEP_AT).failedShare).to.be.below(0.06);
      expect(outcomeOf(run, STEP_AT + 120).failedShare).to.equal(0);
    });
  }

  it('again and again because it leaks ends at its bound, and the leak is named', async () => {
    const run = await simulate(leak());
    const memory = Math.max(...resizesOf(run).map(({ decision }) => decision.to?.memoryLimitBytes ?? 0));
    expect(memory).to.equal(128 * MI);
    expect(turnsOf(run, 'memory-limit')).to.equal(0);
    expect(run.decisions.some(({ reason }) => reason.includes('looks like a leak'))).to.equal(true);
  });

  for (const limit of [0.05, 0.2]) {
    it(`because two CPU-seconds of start take too long under ${limit * 1000}m starts with one resize`, async () => {
      const run = await simulate(heavyStart(limit));
      const [pod] = run.pods;
      expect(pod?.isReady).to.equal(true);
      expect(pod?.livenessKills).to.be.at.most(4);
      expect(resizesOf(run).filter(({ path }) => path === 'rescue')).to.have.length(1);
      expect(outcomeOf(run, 120).failedShare).to.equal(0);
    });
  }
});
