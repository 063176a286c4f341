import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { loadBackend } from '#forecast/backend.ts';
import { INPUT_NAMES } from '#forecast/lstm/inputs.ts';
import { LstmKernel } from '#forecast/lstm/kernel.ts';
import { readLstm } from '#forecast/lstm/model-folder.ts';
import type { LstmShape } from '#forecast/lstm/shape.ts';
import { loadLayersModel } from '#forecast/model-folder/layers-model.ts';
import { readModelFolder } from '#forecast/model-folder/read-model-folder.ts';
import { lstmFiles } from '../../../training/lstm/model-files.ts';
import { writeFolder } from '../../../training/model-folder/write-folder.ts';
import { failure } from '../../support/failure.ts';
import { randomInputs, randomWeights, shapeOf } from './networks.ts';

const [first = '', second = '', third = ''] = INPUT_NAMES;

function named(features: readonly string[]): LstmShape {
  const [near = '', far = ''] = features;
  const heads = shapeOf(2, 1).heads.map((head, i) => ({
    ...head,
    medianOffset: [near, null, far][i] ?? null,
  }));
  return { ...shapeOf(2, 5), features: [...features], heads };
}

const shape = named([first, second, third]);
const weights = randomWeights(shape, 4);

describe('the folder of an LSTM', () => {
  let parent: string;
  let folder: string;

  async function write(ofShape: LstmShape = shape, numbers = weights): Promise<void> {
    const tf = await loadBackend('cpu');
    await writeFolder(folder, await lstmFiles(tf, { shape: ofShape, weights: numbers }));
  }

  /** Changes model.json as text, and ties weights.bin to it again. */
  function edit(from: string | RegExp, to: string): void {
    const text = readFileSync(join(folder, 'model.json'), 'utf8');
    expect(text.replace(from, to)).not.to.equal(text);
    writeFileSync(join(folder, 'model.json'), text.replace(from, to));
  }

  beforeEach(() => {
    parent = mkdtempSync(join(tmpdir(), 'lstm-'));
    folder = join(parent, 'model');
  });
  afterEach(() => {
    rmSync(parent, { recursive: true });
  });

  it('gives back the shape and every weight', async () => {
    await write();
    expect(await readLstm(folder)).to.deep.equal({ shape, weights });
  });

  it('loads in TensorFlow.js as a network that computes what the kernel does', async () => {
    await write();
    const tf = await loadBackend('cpu');
    const network = await loadLayersModel(tf, await readModelFolder(folder, 'lstm'));
    const inputs = randomInputs(shape, 30, 1);
    const outputs = new Float32Array(30 * 12);
    new LstmKernel(shape, (await readLstm(folder)).weights).run(inputs, 30, outputs);
    const expected = tf.tidy(() => {
      const output = network.predict(tf.tensor3d(inputs, [1, 30, 3]));
      return Array.isArray(output) ? [] : [...output.dataSync()];
    });
    network.dispose();
    expect(expected).to.have.length(outputs.length);
    for (const [i, value] of expected.entries()) expect(outputs[i]).to.be.closeTo(value, 1e-5);
  });

  it('is refused where an input is unknown to this version', async () => {
    await write(named([first, second, 'phase-of-the-moon']));
    const error = await failure(readLstm(folder));
    expect(error.code).to.equal('model-invalid');
    expect(error.message).to.match(/model\.json needs inputs that .* does not know: phase-of-the-moon$/);
  });

  it('is refused where the weights are not those of its shape', async () => {
    await write();
    edit('"units": 5,\n    "heads"', '"units": 6,\n    "heads"');
    const error = await failure(readLstm(folder));
    expect(error.code).to.equal('model-invalid');
    expect(error.message).to.match(/has the weights lstm\/kernel \[3 × 20\].*needs lstm\/kernel \[3 × 24\]/);
  });

  it('is refused where a weight is no number', async () => {
    await write(shape, { ...weights, bias: weights.bias.map((value, i) => (i === 2 ? NaN : value)) });
    const error = await failure(readLstm(folder));
    expect(error.code).to.equal('model-invalid');
    expect(error.message).to.match(/weights\.bin holds no number at place 162$/);
  });

  it('is refused where weights.bin is cut short, or is another model’s', async () => {
    await write();
    const bytes = readFileSync(join(folder, 'weights.bin'));
    truncateSync(join(folder, 'weights.bin'), 100);
    expect((await failure(readLstm(folder))).code).to.equal('model-invalid');
    writeFileSync(
      join(folder, 'weights.bin'),
      bytes.map((byte) => byte ^ 1),
    );
    expect((await failure(readLstm(folder))).code).to.equal('model-invalid');
    writeFileSync(join(folder, 'weights.bin'), bytes);
    expect((await readLstm(folder)).weights).to.deep.equal(weights);
  });

  it('is refused where its format is of another version, or a median rests on no input of its own', async () => {
    await write();
    edit('"format": 1,', '"format": 2,');
    expect((await failure(readLstm(folder))).message).to.match(/does not say what it is:[^]*format/);
    edit('"format": 2,', '"format": 1,');
    edit(`"medianOffset": "${first}"`, '"medianOffset": "nothing"');
    expect((await failure(readLstm(folder))).message).to.match(
      /the median offset nothing of next is not among/,
    );
  });

  it('is missing where there is none', async () => {
    expect((await failure(readLstm(folder))).code).to.equal('model-missing');
  });
});
