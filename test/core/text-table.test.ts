import { expect } from 'chai';
import fc from 'fast-check';
import { columnTable, type TableColumn, textTable } from '#core/text-table.ts';

interface Row {
  readonly name: string;
  readonly calls: number;
}

const COLUMNS: readonly TableColumn<Row>[] = [
  { title: 'function', cell: ({ name }) => name, sacrifice: 0 },
  { title: 'left out first', cell: () => 'x', sacrifice: 2 },
  { title: 'calls', cell: ({ calls }) => String(calls), align: 'right', sacrifice: 1 },
];
const ROWS: readonly Row[] = [
  { name: 'qrcode', calls: 7 },
  { name: 'predict-resources', calls: 1200 },
];

describe('A table of text', () => {
  it('has columns as wide as they need, numbers to the right, and nothing at the ends of lines', () => {
    expect(columnTable(COLUMNS, ROWS)).to.equal(
      [
        'function           left out first  calls',
        'qrcode             x                   7',
        'predict-resources  x                1200',
        '',
      ].join('\n'),
    );
    expect(textTable(['a', 'b', 'c'], [['one', '2']])).to.equal('a    b  c\none  2\n');
  });

  it('leaves out the least telling columns where there is no room, and cuts the last one', () => {
    expect(columnTable(COLUMNS, ROWS, 30)).to.equal(
      ['function           calls', 'qrcode                 7', 'predict-resources   1200', ''].join('\n'),
    );
    expect(columnTable(COLUMNS, ROWS, 8)).to.equal(['function', 'qrcode', 'predict…', ''].join('\n'));
    expect(textTable(['a', 'b', 'c'], [['one', '2', '3']], { width: 6 })).to.equal('a    b\none  2\n');
  });

  it('is never wider than asked for', () => {
    const rows = fc.array(fc.record({ name: fc.string(), calls: fc.nat() }));
    fc.assert(
      fc.property(rows, fc.integer({ min: 1, max: 60 }), (some, width) => {
        const lines = columnTable(COLUMNS, some, width).split('\n');
        expect(Math.max(...lines.map((line) => line.length))).to.be.at.most(width);
      }),
      { numRuns: 50 },
    );
  });
});
