import { expect } from 'chai';
import { errorFigures, spreadOf, testErrors, testPersistence } from '../../../training/seed-study/errors.ts';
import { prepare } from '../../../training/seed-study/prepare.ts';
import { errorRows, markdownTable, textTable } from '../../../training/seed-study/table.ts';
import { wave } from './histories.ts';

const errorsOf = (value: number) => {
  const figures = { mse: value ** 2, mae: value, rmse: value };
  return { memory: figures, cpu: figures };
};

describe("the study's errors", () => {
  it('are those of the textbook', () => {
    const { mse, mae, rmse } = errorFigures(Float64Array.of(1, 2, 3), Float64Array.of(1, 4, 2));
    expect(mse).to.be.closeTo(5 / 3, 1e-12);
    expect(mae).to.equal(1);
    expect(rmse).to.be.closeTo(Math.sqrt(5 / 3), 1e-12);
  });

  it('of persistence are the steps of the series', () => {
    const data = prepare(wave(103, { cpuCores: Float64Array.from({ length: 103 }, (_, i) => i) }));
    expect(testErrors(data, testPersistence).cpu).to.deep.equal({ mse: 1, mae: 1, rmse: 1 });
  });

  it('are spread from the smallest over the median to the largest, figure by figure', () => {
    const { least, median, most } = spreadOf([3, 1, 2, 10].map(errorsOf));
    expect([least.cpu.mae, median.cpu.mae, most.cpu.mae]).to.deep.equal([1, 2.5, 10]);
    expect([least.memory.mse, most.memory.mse]).to.deep.equal([1, 100]);
  });

  it('stand in tables beside the published ones, where the data are the same, and persistence', () => {
    const seeds = [1, 2].map((seed) => ({ name: `seed ${seed}`, errors: errorsOf(seed) }));
    const rows = errorRows(seeds, { persistence: errorsOf(5), published: errorsOf(4) });
    expect(rows.map(({ name }) => name)).to.deep.equal([
      ...['seed 1', 'seed 2', 'median of 2', 'smallest', 'largest', 'published', 'persistence'],
    ]);
    expect(errorRows(seeds.slice(0, 1), { persistence: errorsOf(5), published: null })).to.have.length(2);
    const lines = textTable(rows).split('\n');
    expect(new Set(lines.filter((line) => line !== '').map((line) => line.length))).to.have.property(
      'size',
      1,
    );
    expect(markdownTable(rows)).to.contain('| published | 16.00 | 4.000 | 4.000 |');
  });
});
