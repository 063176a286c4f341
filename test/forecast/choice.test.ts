import { expect } from 'chai';
import fc from 'fast-check';
import { followChoice } from '#forecast/choice.ts';

const steady = (loss: number, length = 400): Float64Array => new Float64Array(length).fill(loss);
const decayedSum = (losses: Float64Array): number =>
  losses.reduce((total, loss, i) => total + loss * 0.5 ** ((losses.length - 1 - i) / 120), 0);
const FEWEST = 20;

describe('the choice of a forecaster', () => {
  it('never changes for 4 % less loss, and does for 6 %', () => {
    expect(followChoice([steady(1), steady(0.96)], 0, FEWEST)).to.equal(0);
    expect(followChoice([steady(1), steady(0.94)], 0, FEWEST)).to.equal(1);
    // Nor between two that are both better than persistence.
    expect(followChoice([steady(1), steady(0.8), steady(0.8 * 0.96)], 1, FEWEST)).to.equal(1);
    expect(followChoice([steady(1), steady(0.8), steady(0.8 * 0.94)], 1, FEWEST)).to.equal(2);
  });

  it('stays with the one changed to until that is clearly beaten', () => {
    // 10 % better for 200 origins, then no better: kept, where it would not be taken anew.
    const once = Float64Array.from({ length: 400 }, (_, i) => (i < 200 ? 0.9 : 1));
    expect(followChoice([steady(1), once], 0, FEWEST)).to.equal(1);
    expect(followChoice([steady(1), once], 0, 399)).to.equal(0);
    // A third that is better by less than 5 % does not take its place, one that is better by more does.
    expect(followChoice([steady(1), once, steady(0.95)], 1, 399)).to.equal(1);
    expect(followChoice([steady(1), once, steady(0.9)], 1, 399)).to.equal(2);
  });

  it('forgets: what was lost 120 origins ago counts half', () => {
    // Better by 20 % for 120 origins and worse by 15 % for the next 120: 0.8 × ½ + 1.15 against 1 × ½ + 1.
    const turned = Float64Array.from({ length: 240 }, (_, i) => (i < 120 ? 0.8 : 1.15));
    expect(followChoice([steady(1, 240), turned], 1, 240)).to.equal(0);
    const turnedLess = Float64Array.from({ length: 240 }, (_, i) => (i < 120 ? 0.8 : 1.08));
    expect(followChoice([steady(1, 240), turnedLess], 1, 240)).to.equal(1);
  });

  it('falls back to persistence as soon as the one in use is worse', () => {
    expect(followChoice([steady(1), steady(1.0001)], 1, FEWEST)).to.equal(0);
    const turned = Float64Array.from({ length: 400 }, (_, i) => (i < 100 ? 0.5 : 1.3));
    expect(decayedSum(turned)).to.be.above(decayedSum(steady(1)));
    expect(followChoice([steady(1), turned], 0, FEWEST)).to.equal(0);
  });

  it('is the first one until enough origins are scored, whatever their losses', () => {
    expect(followChoice([steady(1, 19), steady(9, 19), steady(0, 19)], 1, FEWEST)).to.equal(1);
    expect(followChoice([steady(1, 20), steady(9, 20), steady(0, 20)], 1, FEWEST)).to.equal(2);
    expect(followChoice([new Float64Array(0), new Float64Array(0)], 1, FEWEST)).to.equal(1);
  });

  it('counts an origin for all or for none', () => {
    const gapped = steady(0.5, 60).map((loss, i) => (i % 2 === 0 ? loss : NaN));
    // Thirty origins count; at the others the first would have lost all.
    const base = steady(1, 60).map((loss, i) => (i % 2 === 0 ? loss : 1000));
    expect(followChoice([base, gapped], 0, 30)).to.equal(1);
    expect(followChoice([base, gapped], 0, 31)).to.equal(0);
    expect(followChoice([base, gapped.map(() => NaN)], 0, FEWEST)).to.equal(0);
  });

  it('does not move where nobody loses anything', () => {
    expect(followChoice([steady(0), steady(0), steady(0)], 1, FEWEST)).to.equal(1);
    expect(followChoice([steady(0), steady(1e-12)], 1, FEWEST)).to.equal(0);
  });

  it('believes what is usual elsewhere until about as much was seen here', () => {
    const usual = [1, 0.8];
    // Nothing gained here: what is usual is enough to be taken.
    expect(followChoice([steady(1, 40), steady(1, 40)], 0, FEWEST)).to.equal(0);
    expect(followChoice([steady(1, 40), steady(1, 40)], 0, FEWEST, usual)).to.equal(1);
    // A loss 10 % above persistence's outweighs a usual gain of 20 % never, one 40 % above it soon.
    expect(followChoice([steady(1), steady(1.1)], 1, FEWEST, usual)).to.equal(1);
    expect(followChoice([steady(1, 40), steady(1.4, 40)], 1, FEWEST, usual)).to.equal(1);
    expect(followChoice([steady(1), steady(1.4)], 1, FEWEST, usual)).to.equal(0);
  });

  it('weighs what is usual in the losses of this past, whatever their unit', () => {
    const loss = fc.double({ min: 1e-3, max: 10, noNaN: true });
    const losses = fc.array(fc.tuple(loss, loss), { minLength: FEWEST, maxLength: 60 });
    fc.assert(
      fc.property(losses, fc.constantFrom(2 ** -20, 2 ** 30), (rows, unit) => {
        const columns = (size: number): Float64Array[] =>
          [0, 1].map((k) => Float64Array.from(rows, (row) => (row[k] ?? NaN) * size));
        const usual = [1, 0.9];
        expect(followChoice(columns(unit), 0, FEWEST, usual)).to.equal(
          followChoice(columns(1), 0, FEWEST, usual),
        );
      }),
    );
  });

  it('is never one that lost more than persistence, older losses counting less', () => {
    const loss = fc.double({ min: 0, max: 10, noNaN: true });
    const losses = fc.array(fc.tuple(loss, loss, loss), { minLength: FEWEST, maxLength: 100 });
    fc.assert(
      fc.property(losses, fc.integer({ min: 0, max: 2 }), (rows, first) => {
        const columns = [0, 1, 2].map((k) => Float64Array.from(rows, (row) => row[k] ?? NaN));
        const chosen = columns[followChoice(columns, first, FEWEST)]!;
        expect(decayedSum(chosen)).to.be.at.most(decayedSum(columns[0]!) + 1e-9);
      }),
    );
  });
});
