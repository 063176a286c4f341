import { expect } from 'chai';
import { describe as describeData, describeColumn } from '../../../training/data/describe.ts';
import { readDataSet } from '../../../training/data/read-data-set.ts';
import { hasReference, REFERENCE_FOLDER } from '../../support/reference-data.ts';

describe('the description of a column', () => {
  it('gives what pandas gives, gaps left out', () => {
    // pandas.Series([4, None, 1, 2, 8]).describe()
    expect(describeColumn(Float64Array.of(4, NaN, 1, 2, 8))).to.deep.equal({
      count: 4,
      gaps: 1,
      mean: 3.75,
      std: Math.sqrt(28.75 / 3),
      min: 1,
      p25: 1.75,
      p50: 3,
      p75: 5,
      max: 8,
    });
  });

  it('says nothing of the spread of one value, nor anything of none', () => {
    expect(describeColumn(Float64Array.of(7))).to.include({ count: 1, mean: 7, std: null, p25: 7, max: 7 });
    expect(describeColumn(Float64Array.of(NaN))).to.include({
      count: 0,
      gaps: 1,
      mean: null,
      min: null,
      p50: null,
    });
  });

  it('gives a constant a spread of 0', () => {
    expect(describeColumn(new Float64Array(5).fill(0.25))).to.include({ std: 0, mean: 0.25, p75: 0.25 });
  });
});

describe('the description of the reference data set', () => {
  it('is the published one, digit for digit (needs the reference data set)', async function () {
    if (!hasReference()) this.skip();
    const [seed] = describeData(await readDataSet([REFERENCE_FOLDER])).functions;
    const digits = (column: Record<string, number | null> | undefined, print: (value: number) => string) =>
      ['mean', 'std', 'min', 'p25', 'p50', 'p75', 'max'].map((key) => print(column?.[key] ?? NaN));
    expect(digits({ ...seed?.memoryBytes }, (value) => value.toExponential(6))).to.deep.equal([
      '7.123128e+6',
      '9.949669e+5',
      '5.050368e+6',
      '7.352320e+6',
      '7.528448e+6',
      '7.757824e+6',
      '7.999488e+6',
    ]);
    expect(digits({ ...seed?.cpuCores }, (value) => value.toFixed(6))).to.deep.equal([
      '0.008101',
      '0.004616',
      '0.001054',
      '0.003012',
      '0.008684',
      '0.011573',
      '0.018026',
    ]);
    expect(seed?.cpuCores.count).to.equal(1111);
  });
});
