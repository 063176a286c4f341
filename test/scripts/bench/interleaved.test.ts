import { expect } from 'chai';
import { measureInterleaved, type Subject } from '../../../scripts/bench/interleaved.ts';
import { spreadOf } from '../../../scripts/bench/spread.ts';
import { inTurn, SAMPLES, usageOf } from '../../../scripts/bench/forecast/usages.ts';

describe('the benchmark', () => {
  it('measures its subjects in turn, round after round, never twice with the same number', () => {
    const order: string[] = [];
    const numbers: number[] = [];
    const subject = (name: string): Subject => ({
      name,
      work: (repetition) => {
        if (order.at(-1) !== name) order.push(name);
        numbers.push(repetition);
        const until = performance.now() + 1;
        while (performance.now() < until);
      },
    });
    const measured = measureInterleaved([subject('a'), subject('b')], { rounds: 4, roundMs: 2 });
    expect(order.slice(-8)).to.deep.equal(['a', 'b', 'a', 'b', 'a', 'b', 'a', 'b']);
    expect(new Set(numbers).size).to.equal(numbers.length);
    expect(measured.map(({ name }) => name)).to.deep.equal(['a', 'b']);
    expect(measured[0]?.ratio).to.equal(1);
    for (const { cpuMs } of measured) expect(cpuMs.median).to.be.within(cpuMs.low, cpuMs.high).and.above(0);
  });

  it('gives the median and the quartiles of its rounds', () => {
    expect(spreadOf([5, 1, 4, 2, 3])).to.deep.equal({ median: 3, low: 2, high: 4 });
    expect(spreadOf([1, 2, 3, 4])).to.deep.equal({ median: 2.5, low: 1.75, high: 3.25 });
    expect(spreadOf([7])).to.deep.equal({ median: 7, low: 7, high: 7 });
    expect(spreadOf([]).median).to.deep.equal(NaN);
  });

  it('forecasts from hours that are all different and the same in every run', () => {
    const hours = Array.from({ length: 8 }, (_, seed) => usageOf(seed, 'auto'));
    expect(new Set(hours.map(({ series }) => series.cpuCores.join())).size).to.equal(8);
    expect(usageOf(3, 'auto')).to.deep.equal(hours[3]);
    for (const { series } of hours) {
      expect(series.cpuCores).to.have.length(SAMPLES);
      expect(series.callsStarted).to.have.length(SAMPLES);
      expect(series.callsStarted.some((calls) => (calls ?? 0) >= 5)).to.equal(true);
    }
    expect(inTurn([1, 2, 3])(4)).to.equal(2);
  });
});
