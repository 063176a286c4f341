import { mkdtempSync, readdirSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type * as TensorFlow from '@tensorflow/tfjs';
import { expect } from 'chai';
import { loadBackend } from '#forecast/backend.ts';
import { type EpochReport, trainLstm, type Windows } from '../../../training/lstm/train.ts';
import { shapeOf } from '../../forecast/lstm/networks.ts';
import { failure } from '../../support/failure.ts';
import { learnable } from './windows.ts';

const shape = shapeOf(3, 4);
const train = learnable(shape, 8, 10, 1);
const validation = learnable(shape, 4, 10, 2);
const options = { seed: 7, epochs: 4, batch: 4, dropout: 0.1 };

describe('training the LSTM', () => {
  let tf: typeof TensorFlow;
  let directory: string;

  before(async () => {
    tf = await loadBackend('wasm');
  });
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'training-'));
  });
  afterEach(() => {
    rmSync(directory, { recursive: true });
  });

  it('learns what the targets follow from', async () => {
    const { history, validationLoss } = await trainLstm(tf, shape, train, train, {
      seed: 1,
      epochs: 40,
      batch: 4,
      learningRate: 0.03,
    });
    expect(validationLoss).to.be.below(0.3 * (history[0]?.validationLoss ?? 0));
  });

  it('begins with weights in every array of the recurrence and learns those too', async () => {
    const { weights } = await trainLstm(tf, shape, train, validation, { ...options, learningRate: 1e-9 });
    const learned = await trainLstm(tf, shape, train, validation, options);
    for (const field of ['kernel', 'recurrentKernel', 'outputKernel', 'skipKernel'] as const) {
      expect(Math.hypot(...weights[field]), field).to.be.above(0.05);
      expect(learned.weights[field], field).not.to.deep.equal(weights[field]);
    }
  });

  it('gives the same weights for the same seed, and others for another', async () => {
    const [first, again, other] = [
      await trainLstm(tf, shape, train, validation, options),
      await trainLstm(tf, shape, train, validation, options),
      await trainLstm(tf, shape, train, validation, { ...options, seed: 8 }),
    ];
    expect(again).to.deep.equal(first);
    expect(other.weights).not.to.deep.equal(first.weights);
  });

  it('learns nothing from targets that the mask leaves out, be they no numbers', async () => {
    const changed = (windows: Windows): Windows => ({
      ...windows,
      targets: windows.targets.map((value, i) => (windows.mask[i] === 0 ? NaN : value)),
    });
    const expected = await trainLstm(tf, shape, train, validation, options);
    const actual = await trainLstm(tf, shape, changed(train), changed(validation), options);
    expect(actual).to.deep.equal(expected);
  });

  it('goes on from its checkpoint after an interruption as if there had been none', async () => {
    const expected = await trainLstm(tf, shape, train, validation, options);
    const controller = new AbortController();
    const interrupted: unknown = await trainLstm(tf, shape, train, validation, {
      ...options,
      checkpointDirectory: directory,
      signal: controller.signal,
      onEpoch: ({ epoch }) => {
        if (epoch === 2) controller.abort('enough');
      },
    }).catch((reason: unknown) => reason);
    expect(interrupted).to.equal('enough');
    const epochs: number[] = [];
    const onEpoch = ({ epoch }: EpochReport): void => void epochs.push(epoch);
    const resume = { ...options, checkpointDirectory: directory, onEpoch };
    expect(await trainLstm(tf, shape, train, validation, resume)).to.deep.equal(expected);
    expect(epochs).to.deep.equal([3, 4]);
    expect(await trainLstm(tf, shape, train, validation, resume)).to.deep.equal(expected);
    expect(epochs).to.deep.equal([3, 4]);
    expect(readdirSync(directory)).to.deep.equal(['seed-7.checkpoint']);
  });

  it('ends early where the validation loss no longer falls, with the best weights', async () => {
    const noise = { ...validation, targets: validation.targets.map((value) => -value) };
    const { history, bestEpoch, validationLoss } = await trainLstm(tf, shape, train, noise, {
      seed: 1,
      epochs: 50,
      batch: 4,
      patience: 2,
      learningRate: 0.05,
    });
    expect(history.length).to.equal(bestEpoch + 2);
    expect(validationLoss).to.equal(Math.min(...history.map((epoch) => epoch.validationLoss)));
  });

  it('reports each epoch and what remains', async () => {
    const reports: EpochReport[] = [];
    await trainLstm(tf, shape, train, validation, { ...options, onEpoch: (report) => reports.push(report) });
    expect(reports.map(({ epoch, epochs }) => [epoch, epochs])).to.deep.equal(
      [1, 2, 3, 4].map((e) => [e, 4]),
    );
    for (const { loss, validationLoss } of reports) expect(Math.min(loss, validationLoss)).to.be.above(0);
    expect(reports.at(-1)?.etaMs).to.equal(0);
  });

  it('leaves no tensors behind', async () => {
    const before = tf.memory().numTensors;
    await trainLstm(tf, shape, train, validation, options);
    expect(tf.memory().numTensors).to.equal(before);
  });

  it('refuses a checkpoint of other options, and one that is cut short', async () => {
    const kept = { ...options, checkpointDirectory: directory };
    await trainLstm(tf, shape, train, validation, kept);
    const other = await failure(trainLstm(tf, shape, train, validation, { ...kept, learningRate: 0.1 }));
    expect(other).to.include({ code: 'checkpoint-invalid' });
    expect(other.message).to.match(/seed-7\.checkpoint belongs to other data or options$/);
    truncateSync(join(directory, 'seed-7.checkpoint'), 2000);
    const short = await failure(trainLstm(tf, shape, train, validation, kept));
    expect(short.message).to.match(/seed-7\.checkpoint is cut short$/);
    truncateSync(join(directory, 'seed-7.checkpoint'), 20);
    const broken = await failure(trainLstm(tf, shape, train, validation, kept));
    expect(broken.message).to.match(/seed-7\.checkpoint is not a checkpoint$/);
  });

  it('refuses inputs that are no numbers, naming row and input', async () => {
    const inputs = train.inputs.slice();
    inputs[3 * 5 + 1] = NaN;
    const error: unknown = await trainLstm(tf, shape, { ...train, inputs }, validation, options).catch(
      (reason: unknown) => reason,
    );
    expect(error).to.be.instanceOf(RangeError);
    expect(String(error)).to.match(/row 5 of the training windows has no number for input-1$/);
  });
});
