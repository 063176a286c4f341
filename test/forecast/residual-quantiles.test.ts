import { expect } from 'chai';
import fc from 'fast-check';
import { addResidualQuantiles, type Calibration } from '#forecast/residual-quantiles.ts';

const filled = (value: number, length: number): Float64Array => new Float64Array(length).fill(value);

/** One level's path around zeros at a horizon of one step. */
function path(peaks: Float64Array, level: number, calibration: Calibration = {}, horizon = 1): number[] {
  const [column] = addResidualQuantiles(filled(0, peaks.length), peaks, horizon, [level], calibration);
  return [...(column ?? [])];
}

describe('residual quantiles', () => {
  it('add the ⌈(n + 1) × level⌉-th smallest of the n residuals that are known', () => {
    const peaks = Float64Array.of(3, 1, 2, 9, 9);
    // Row 3 knows 3, 1 and 2: ranks 2 and, there being no fourth, 3.
    expect(path(peaks, 0.5).slice(0, 4)).to.deep.equal([0, 3, 3, 2]);
    expect(path(peaks, 0.9).slice(0, 4)).to.deep.equal([0, 3, 3, 3]);
  });

  it('know of an origin once its horizon is over, and not before', () => {
    expect(path(Float64Array.of(4, 4, 4, 4, 4), 0.5, {}, 3)).to.deep.equal([0, 0, 0, 4, 4]);
  });

  it('pass over origins whose peak is not known', () => {
    expect(path(Float64Array.of(NaN, 7, NaN, NaN), 0.5)).to.deep.equal([0, 0, 7, 7]);
  });

  it('forget what is more than 480 origins old', () => {
    const peaks = filled(0, 600).map((_, i) => (i === 50 ? 8 : 0));
    const top = path(peaks, 0.9999);
    expect(top.slice(51, 51 + 480)).to.deep.equal(Array<number>(480).fill(8));
    expect(top.slice(51 + 480)).to.deep.equal(Array<number>(600 - 531).fill(0));
  });

  it('measure residuals in the unit of the row at which they become known, and give them back in that of the row', () => {
    const unit = Float64Array.of(1, 2, 4, 6);
    // Origin 0 missed by 2, known at row 1 as 1 unit.
    expect(path(Float64Array.of(2, NaN, NaN, NaN), 0.5, { unit })).to.deep.equal([0, 2, 4, 6]);
  });

  it('are as they were after another call', () => {
    const peaks = Float64Array.of(3, 1, 2, 9, 9);
    const before = path(peaks, 0.5, { burnIn: 2 });
    path(filled(100, 500), 0.9);
    expect(path(peaks, 0.5, { burnIn: 2 })).to.deep.equal(before);
  });

  it('know nothing of what comes later', () => {
    const peak = fc.oneof(fc.double({ min: 0, max: 9, noNaN: true }), fc.constant(NaN));
    fc.assert(
      fc.property(fc.array(peak, { maxLength: 40 }), fc.array(peak, { maxLength: 40 }), (past, later) => {
        const whole = path(Float64Array.from([...past, ...later]), 0.9, { shrinks: true, burnIn: 5 });
        // The peak of origin i is known from row i + 1 on.
        expect(whole.slice(0, past.length)).to.deep.equal(
          path(Float64Array.from(past), 0.9, { shrinks: true, burnIn: 5 }),
        );
      }),
    );
  });
});

describe('shrinking', () => {
  it('lets k residuals beyond the quantile count for k ÷ (k + 4)', () => {
    const peaks = filled(1, 100);
    const [median, high] = [path(peaks, 0.5, { shrinks: true }), path(peaks, 0.9, { shrinks: true })];
    // After 8 residuals 4 are expected beyond the median, after 40 beyond p90: both count by half.
    expect(median[8]).to.be.closeTo(0.5, 1e-12);
    expect(high[40]).to.be.closeTo(0.5, 1e-12);
    expect(high[8]).to.be.closeTo(0.8 / 4.8, 1e-12);
    expect(median[0]).to.equal(0);
  });

  it('counts residuals of overlapping horizons as one', () => {
    // 40 residuals of horizons of five steps tell as much as eight of one.
    expect(path(filled(1, 100), 0.5, { shrinks: true }, 5)[44]).to.be.closeTo(0.5, 1e-12);
  });

  it('moves towards all of them as they become many, never beyond', () => {
    const whole = path(filled(1, 480), 0.5, { shrinks: true });
    for (let i = 1; i < whole.length; i++) expect(whole[i]).to.be.within(whole[i - 1]!, 1);
    expect(whole.at(-1)).to.be.above(0.98);
  });
});

describe('burn-in', () => {
  // What is wrong with the first three rows says nothing of later ones.
  const peaks = Float64Array.of(10, 10, 10, 1, 1, 1, 1, 1);

  it('leaves the first rows out once as many later ones are known', () => {
    const [burnt, plain] = [path(peaks, 0.9, { burnIn: 3 }), path(peaks, 0.9)];
    expect(burnt).to.deep.equal([0, 10, 10, 10, 10, 10, 1, 1]);
    expect(plain).to.deep.equal([0, 10, 10, 10, 10, 10, 10, 10]);
  });

  it('rests on all that is known until then', () => {
    // Row 5 knows 10, 10, 10, 1, 1: its median is the third.
    expect(path(peaks, 0.5, { burnIn: 3 }).slice(0, 6)).to.deep.equal([0, 10, 10, 10, 10, 10]);
    const rising = Float64Array.of(1, 1, 1, 10, 10, 10, 10, 10);
    expect(path(rising, 0.5, { burnIn: 3 })).to.deep.equal([0, 1, 1, 1, 1, 1, 10, 10]);
  });
});
