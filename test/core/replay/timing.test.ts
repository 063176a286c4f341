import { expect } from 'chai';
import fc from 'fast-check';
import {
  allocationInForce,
  allocationsInForce,
  decisionSteps,
  horizonSteps,
  spreadPhases,
} from '#core/replay/timing.ts';

describe('when decisions are made and take effect', () => {
  it('decides once a cadence, so that the first decision is in force where judging begins', () => {
    const timing = { from: 10, to: 20, cadenceSteps: 4, delaySteps: 1 };
    expect(decisionSteps(timing, 0)).to.deep.equal([8, 12, 16]);
    expect(decisionSteps(timing, 3)).to.deep.equal([5, 9, 13, 17]);
    expect(horizonSteps(timing)).to.equal(5);
  });

  it('holds a decision from the step after its delay until the next one', () => {
    const timing = { from: 3, to: 8, cadenceSteps: 2, delaySteps: 1 };
    expect([...allocationInForce(timing, 0, (step) => step * 10)]).to.deep.equal([
      ...[NaN, NaN, NaN],
      ...[10, 10, 30, 30, 50],
    ]);
  });

  it('leaves the allocation as it is where nothing can be said', () => {
    const timing = { from: 1, to: 6, cadenceSteps: 1, delaySteps: 0 };
    const targets = [NaN, 2, NaN, 3, NaN];
    expect([...allocationInForce(timing, 0, (step) => targets[step] ?? NaN)]).to.deep.equal([
      ...[NaN, NaN, 2, 2, 3, 3],
    ]);
  });

  it('spreads fewer phases than there are over the cadence', () => {
    const timing = { from: 0, to: 1, cadenceSteps: 10, delaySteps: 0 };
    expect(spreadPhases(timing, 4)).to.deep.equal([0, 2, 5, 7]);
    expect(spreadPhases({ ...timing, cadenceSteps: 3 }, 4)).to.deep.equal([0, 1, 2]);
  });

  it('puts each step under a decision made before it, in every phase', () => {
    const timings = fc.record({
      from: fc.integer({ min: 0, max: 30 }),
      to: fc.integer({ min: 31, max: 60 }),
      cadenceSteps: fc.integer({ min: 1, max: 8 }),
      delaySteps: fc.integer({ min: 0, max: 8 }),
    });
    fc.assert(
      fc.property(timings, (timing) => {
        for (const allocation of allocationsInForce(timing, spreadPhases(timing, 8), (step) => step)) {
          for (let step = timing.from; step < timing.to; step++) {
            const decided = allocation[step] ?? NaN;
            const lead = step - decided;
            // Before the history reaches back far enough for a first decision there is none.
            if (Number.isNaN(decided)) expect(step).to.be.lessThan(timing.cadenceSteps + timing.delaySteps);
            else expect(lead).to.be.within(1 + timing.delaySteps, timing.cadenceSteps + timing.delaySteps);
          }
        }
      }),
    );
  });
});
