import { expect } from 'chai';
import fc from 'fast-check';
import { SampleTable } from '#platform/sources/sample-table.ts';

describe('a table of samples', () => {
  it('keeps what was appended in order, and refuses repetitions', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(500), fc.constantFrom(0, 1, NaN, 2.5))), (rows) => {
        const table = new SampleTable(1, Infinity);
        const expected: [number, number][] = [];
        for (const [timeMs, value] of rows) {
          const isNew = timeMs > (expected.at(-1)?.[0] ?? -Infinity);
          expect(table.append(timeMs, [value])).to.equal(isNew);
          if (isNew) expected.push([timeMs, value]);
        }
        const { timesMs, columns } = table.view(-Infinity);
        expect([...timesMs]).to.deep.equal(expected.map(([timeMs]) => timeMs));
        expect([...columns[0]!]).to.deep.equal(expected.map(([, value]) => value));
      }),
    );
  });

  it('does not change a view that was handed out', () => {
    const table = new SampleTable(2, 10);
    for (let i = 0; i < 16; i += 1) table.append(i, [i, 7]);
    const { timesMs, columns } = table.view(10);
    for (let i = 16; i < 200; i += 1) table.append(i, [i, i]);
    expect([...timesMs]).to.deep.equal([10, 11, 12, 13, 14, 15]);
    expect(columns.map((column) => [...column])).to.deep.equal([
      [10, 11, 12, 13, 14, 15],
      [7, 7, 7, 7, 7, 7],
    ]);
  });

  it('holds no more than its window, within a half', () => {
    const table = new SampleTable(1, 100);
    for (let i = 0; i < 10_000; i += 1) table.append(i, [i]);
    const { timesMs } = table.view(-Infinity);
    expect(timesMs.length).to.be.within(100, 160);
    expect(timesMs.at(-1)).to.equal(9999);
  });

  it('gives a column that came later its value in earlier rows', () => {
    const table = new SampleTable(1, Infinity);
    table.append(1, [5]);
    table.widen(2, 0);
    table.append(2, [6, 9]);
    expect(table.view(0).columns.map((column) => [...column])).to.deep.equal([
      [5, 6],
      [0, 9],
    ]);
  });
});
