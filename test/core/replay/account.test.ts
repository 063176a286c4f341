import { expect } from 'chai';
import { addTallies, outcomeOf, outcomeOfPhases, tally } from '#core/replay/account.ts';
import { oracleSizing } from '#core/replay/oracle.ts';
import { allocationsInForce } from '#core/replay/timing.ts';
import { seriesOf } from './histories.ts';

const ALL = { from: 0, to: 4, cadenceSteps: 1, delaySteps: 0 };

function judged(use: readonly number[], allocation: readonly number[], censored: readonly number[] = []) {
  const series = seriesOf(use, { censored: Uint8Array.from(use, (_, i) => censored[i] ?? 0) });
  return outcomeOf(tally(series, Float64Array.from(allocation), { ...ALL, to: use.length }));
}

describe('the account of an allocation', () => {
  it('counts how often and how deep use was above it', () => {
    const { short, depth, worstDepth } = judged([1, 2, 3, 1], [2, 2, 2, 1]);
    expect(short).to.equal(1 / 4);
    expect(depth).to.equal(0.5);
    expect(worstDepth).to.equal(0.5);
  });

  it('takes the mean of the excess over the steps that exceed', () => {
    expect(judged([3, 4, 1], [2, 2, 2])).to.include({ depth: 0.75, worstDepth: 1, short: 2 / 3 });
  });

  it('forgives rounding', () => {
    expect(judged([0.1 + 0.2], [0.3]).short).to.equal(0);
  });

  it('is the sum of the allocation over the sum of the use', () => {
    expect(judged([1, 3], [4, 4]).allocationOverUse).to.equal(2);
  });

  it('counts gaps as nothing', () => {
    expect(judged([1, NaN, 1], [2, 2, 2])).to.include({ steps: 2, allocationOverUse: 2, short: 0 });
  });

  it('counts a censored step as short, with a depth only where use was above the allocation', () => {
    expect(judged([1, 1], [2, 2], [1, 0])).to.include({ short: 0.5, censored: 0.5, depth: null });
  });

  it('counts changes as resizes, by the hour, gaps or not, and the first allocation as none', () => {
    const use = [1, NaN, 1, 1];
    expect(judged(use, [NaN, 1, 2, 2]).resizesPerHour).to.equal(60);
    expect(judged(use, [3, 2, 1, 2]).resizesPerHour).to.equal(180);
  });

  it('keeps apart the steps before there was an allocation', () => {
    expect(judged([1, 1], [NaN, 1])).to.include({ steps: 1, unsized: 1 });
  });

  it('says nothing where there is nothing to say it of', () => {
    expect(judged([NaN, NaN], [1, 1])).to.include({ short: null, allocationOverUse: null, depth: null });
    expect(judged([0, 0], [1, 1])).to.include({ short: 0, allocationOverUse: null });
    expect(judged([0, 1], [0, 0])).to.include({ short: 0.5, depth: null });
  });

  it('adds up steps, not shares', () => {
    const one = tally(seriesOf([2]), Float64Array.of(1), { ...ALL, to: 1 });
    const three = tally(seriesOf([1, 1, 1]), Float64Array.of(1, 1, 1), { ...ALL, to: 3 });
    expect(outcomeOf(addTallies([one, three])).short).to.equal(1 / 4);
  });
});

describe('the oracle', () => {
  const use = [1, 1, 5, 2, 3, NaN, NaN, NaN, 4, 1, 0, 2];
  const series = seriesOf(use);

  it('is never short and takes no more than the peak of the steps that its decisions hold for', () => {
    const timing = { from: 3, to: use.length, cadenceSteps: 3, delaySteps: 1 };
    const phases = allocationsInForce(timing, [0, 1, 2], oracleSizing(series, timing));
    expect([...(phases[0] ?? [])].slice(3)).to.deep.equal([3, 3, 3, 4, 4, 4, 2, 2, 2]);
    expect(outcomeOfPhases(series, phases, timing).short).to.equal(0);
  });
});
