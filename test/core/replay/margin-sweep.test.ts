import { expect } from 'chai';
import fc from 'fast-check';
import { outcomeOf, tally } from '#core/replay/account.ts';
import { leastMargin, sweepMargins } from '#core/replay/margin-sweep.ts';
import { seriesOf } from './histories.ts';

const timing = (to: number) => ({ from: 0, to, cadenceSteps: 1, delaySteps: 0 });

describe('the sweep of the margin', () => {
  it('finds the best static value in hindsight', () => {
    const use = Array.from({ length: 200 }, (_, i) => i + 1);
    const sweep = sweepMargins(seriesOf(use), [new Float64Array(200).fill(1)], timing(200));
    expect(leastMargin(sweep, 0.01)).to.include({ margin: 198, short: 0.01 });
    expect(leastMargin(sweep, 0)).to.include({ margin: 200, short: 0 });
  });

  it('agrees with the account of that margin, which a smaller one would not keep', () => {
    const positive = fc.double({ min: 0.01, max: 100, noNaN: true });
    const pairs = fc.array(fc.tuple(positive, positive), { minLength: 2, maxLength: 60 });
    fc.assert(
      fc.property(pairs, fc.double({ min: 0, max: 0.9, noNaN: true }), (steps, allowed) => {
        const series = seriesOf(steps.map(([use]) => use));
        const base = Float64Array.from(steps, ([, allocation]) => allocation);
        const point = leastMargin(sweepMargins(series, [base], timing(steps.length)), allowed);
        const account = (margin: number) =>
          outcomeOf(
            tally(
              series,
              base.map((value) => value * margin),
              timing(steps.length),
            ),
          );
        const margin = point?.margin ?? NaN;
        expect(account(margin).short).to.equal(point?.short);
        expect(account(margin).allocationOverUse).to.be.closeTo(point?.allocationOverUse ?? NaN, 1e-6);
        expect(point?.short).to.be.at.most(allowed + 1e-9);
        expect(account(margin * (1 - 1e-6)).short).to.be.greaterThan(allowed - 1e-9);
      }),
    );
  });

  it('finds no margin where more steps are censored, or have use of nothing allocated, than may be short', () => {
    const use = [1, 1, 1, 1];
    const censored = seriesOf(use, { censored: Uint8Array.of(1, 0, 0, 0) });
    const ones = Float64Array.of(1, 1, 1, 1);
    expect(leastMargin(sweepMargins(censored, [ones], timing(4)), 0.2)).to.equal(null);
    expect(leastMargin(sweepMargins(censored, [ones], timing(4)), 0.25)?.short).to.equal(0.25);
    const nothing = Float64Array.of(0, 1, 1, 1);
    expect(leastMargin(sweepMargins(seriesOf(use), [nothing], timing(4)), 0.2)).to.equal(null);
  });

  it('finds none where nothing was used, or nothing is known', () => {
    const ones = Float64Array.of(1, 1);
    expect(leastMargin(sweepMargins(seriesOf([0, 0]), [ones], timing(2)), 0.01)).to.equal(null);
    expect(leastMargin(sweepMargins(seriesOf([NaN, NaN]), [ones], timing(2)), 0.01)).to.equal(null);
  });

  it('pools the phases', () => {
    const sweep = sweepMargins(seriesOf([2, 2]), [Float64Array.of(1, 1), Float64Array.of(2, 2)], timing(2));
    expect([...sweep.ratios]).to.deep.equal([1, 1, 2, 2]);
    expect(sweep.baseOverUse).to.equal(0.75);
  });
});
