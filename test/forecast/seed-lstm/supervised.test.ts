import { expect } from 'chai';
import { seriesToSupervised } from '#forecast/seed-lstm/supervised.ts';

const memory = Float64Array.of(1, 2, 3, 4, 5, 6);
const cpu = Float64Array.of(10, 20, 30, 40, 50, 60);

describe('a series framed for supervised learning', () => {
  it("has the study's columns", () => {
    expect(seriesToSupervised([memory, cpu], 3).names).to.deep.equal([
      ...['var1(t-3)', 'var2(t-3)', 'var1(t-2)', 'var2(t-2)', 'var1(t-1)', 'var2(t-1)'],
      ...['var1(t)', 'var2(t)'],
    ]);
  });

  it('holds in each row the values before a step, oldest first, and its own', () => {
    const { rows, inputs, targets, steps } = seriesToSupervised([memory, cpu], 3);
    expect(rows).to.equal(3);
    expect([...inputs.slice(0, 6)]).to.deep.equal([1, 10, 2, 20, 3, 30]);
    expect([...inputs.slice(12)]).to.deep.equal([3, 30, 4, 40, 5, 50]);
    expect([...targets]).to.deep.equal([4, 40, 5, 50, 6, 60]);
    expect([...steps]).to.deep.equal([3, 4, 5]);
  });

  it('leaves out the rows that a gap in any column touches', () => {
    const gap = Float64Array.of(10, 20, NaN, 40, 50, 60);
    expect([...seriesToSupervised([memory, gap], 2).steps]).to.deep.equal([5]);
  });

  it('has no rows where there are no more values than lags', () => {
    expect(seriesToSupervised([memory.slice(0, 3)], 3).rows).to.equal(0);
    expect(seriesToSupervised([], 3).rows).to.equal(0);
  });
});
