import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { persistence } from '#forecast/persistence.ts';
import { windowOf } from './windows.ts';

const FOLDER = fileURLToPath(new URL('../../../shared/data/seed/', import.meta.url));
const TEST_ROWS = 366;

function column(file: string): number[] {
  const lines = readFileSync(`${FOLDER}${file}`, 'utf8').trim().split('\n').slice(1);
  return lines.map((line) => Number(line.split(',')[1]));
}

/** Mean absolute error of the next step over the last 366 rows. */
function error(file: string): number {
  const values = column(file);
  const { next } = persistence.forecast(windowOf(values));
  const errors = values.map((value, i) => Math.abs(value - (next[i - 1] ?? NaN))).slice(-TEST_ROWS);
  return errors.reduce((sum, value) => sum + value, 0) / TEST_ROWS;
}

describe('persistence on the reference data set', () => {
  it('misses the next step by 0.000496 cores and 17 526 bytes (needs ../shared/data/seed)', function () {
    if (!existsSync(FOLDER)) this.skip();
    expect(error('cpu_usage.csv')).to.be.closeTo(0.000496, 5e-7);
    expect(error('memory_usage.csv')).to.be.closeTo(17_526, 0.5);
  });
});
