import { join } from 'node:path';
import { expect } from 'chai';
import { ForesizeError } from '#core/errors/error.ts';
import { readDataSet } from '../../../training/data/read-data-set.ts';
import { testErrors, testPersistence } from '../../../training/seed-study/errors.ts';
import { prepare } from '../../../training/seed-study/prepare.ts';
import { isStudyData } from '../../../training/seed-study/published.ts';
import { hasReference, REFERENCE_FOLDER } from '../../support/reference-data.ts';
import { wave } from './histories.ts';

describe('data prepared as the study prepared them', () => {
  it('are z-scores of the whole history, the first 67 % of the rows to train on', () => {
    const { train, test, scalers } = prepare(wave(103));
    expect([train.rows, test.rows]).to.deep.equal([67, 33]);
    expect(scalers.cpu.mean).to.be.closeTo(0.01, 1e-3);
    expect([test.steps[0], test.steps.at(-1)]).to.deep.equal([70, 102]);
    const z = (wave(103).memoryBytes[70]! - scalers.memory.mean) / scalers.memory.deviation;
    expect(test.targets[0]).to.be.closeTo(z, 1e-6);
  });

  it('are scaled as a model says that brings its own scales', () => {
    const scalers = { memory: { mean: 0, deviation: 1e6 }, cpu: { mean: 0, deviation: 1 } };
    expect(prepare(wave(20), scalers).train.inputs[0]).to.be.closeTo(7, 1e-6);
  });

  it('are refused where there are too few rows, or one metric is missing', () => {
    const refused = (history: ReturnType<typeof wave>): void => {
      expect(() => prepare(history))
        .to.throw(ForesizeError, /^wave has [01] rows of 4 known values in a row/)
        .with.property('code', 'data-too-short');
    };
    refused(wave(3));
    refused(wave(4));
    refused(wave(50, { memoryBytes: new Float64Array(50).fill(NaN) }));
  });

  it("are the study's 742 and 366 rows, scaled as its notebook shows (needs ../shared/data/seed)", async function () {
    if (!hasReference()) this.skip();
    const { histories } = await readDataSet(
      ['cpu_usage.csv', 'memory_usage.csv'].map((file) => join(REFERENCE_FOLDER, file)),
    );
    const data = prepare(histories[0]!);
    expect([data.train.rows, data.test.rows]).to.deep.equal([742, 366]);
    const row = (values: Float32Array, start: number, count: number): string[] =>
      Array.from(values.slice(start, start + count), (value) => value.toFixed(6));
    const first = ['-1.989457', '-1.409124', '-1.989457', '-1.411753', '-1.989457', '-1.411753'];
    expect(row(data.train.inputs, 0, 6)).to.deep.equal(first);
    expect(row(data.test.targets, 365 * 2, 2)).to.deep.equal(['0.745277', '-0.695919']);
    expect(isStudyData(data)).to.be.true;
    expect(testErrors(data, testPersistence).cpu.mae).to.be.closeTo(0.000496, 5e-7);
  });

  it("are not taken for the study's where they are others", () => {
    expect(isStudyData(prepare(wave(1111)))).to.be.false;
  });
});
