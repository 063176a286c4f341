import { expect } from 'chai';
import fc from 'fast-check';
import { factsOf } from '#forecast/calls/window-facts.ts';
import { peakFacts, type PeakFacts } from '#forecast/lstm/peak-facts.ts';
import { windowOf } from '../windows.ts';

const STEPS = 5;

function peakFactsOf(values: readonly number[], calls: readonly number[] | null = null): PeakFacts {
  const facts = factsOf(windowOf(values, { calls: calls && Float64Array.from(calls) }));
  return peakFacts(facts, STEPS);
}

const columnsOf = ({ pathMaximum, rises }: PeakFacts): readonly Float64Array[] => [pathMaximum, ...rises];
const sample = fc.double({ min: 0, max: 9, noNaN: true });
const series = fc.array(sample, { minLength: 1, maxLength: 60 });

/** A burst of two steps every ten, called for. */
const values = Array.from({ length: 240 }, (_, i) => (i % 10 < 2 ? 0.5 : 0.1));
const calls = values.map((value) => (value > 0.3 ? 4 : 0));

describe('what the past says of the peak', () => {
  it('has the quantiles of how far peaks lay above their origins', () => {
    // Five of the ten origins of a cycle have a burst ahead that is not there yet: less than half, with those in it.
    const newest = peakFactsOf(values).rises.map((column) => column.at(-1) ?? NaN);
    for (const [k, rise] of [0, 0.4, 0.4, 0.4].entries()) expect(newest[k]).to.be.closeTo(rise, 1e-12);
  });

  it('is finite from the first sample on, and knows of no rise before a horizon is over', () => {
    const facts = peakFactsOf(values, calls);
    for (const column of columnsOf(facts)) expect(column.every(Number.isFinite)).to.equal(true);
    for (const column of facts.rises) {
      expect([...column.subarray(0, STEPS)]).to.deep.equal(Array<number>(STEPS).fill(0));
    }
  });

  it('has its levels in order', () => {
    fc.assert(
      fc.property(series, (history) => {
        const { rises } = peakFactsOf(history);
        for (let i = 0; i < history.length; i++) {
          const row = rises.map((column) => column[i] ?? NaN);
          expect(row).to.deep.equal(row.toSorted((a, b) => a - b));
        }
      }),
    );
  });

  it('rests on peaks whose horizon is over', () => {
    fc.assert(
      fc.property(series, series, (past, later) => {
        const [one = [], other = []] = [peakFactsOf(past), peakFactsOf([...past, ...later])].map(columnsOf);
        // The newest row of a window has a fit of its own.
        const same = past.length - 1;
        for (const [k, column] of one.entries()) {
          expect([...(other[k]?.subarray(0, same) ?? [])]).to.deep.equal([...column.subarray(0, same)]);
        }
      }),
    );
  });

  it('expects what calls will do once it has learned what they do', () => {
    const { pathMaximum } = peakFactsOf(values, calls);
    // In the burst's first step the second is still to come.
    expect(pathMaximum[230]).to.be.above(0.2);
    expect(pathMaximum[230]).to.be.below(1);
  });
});
