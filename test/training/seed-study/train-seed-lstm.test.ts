import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { loadBackend } from '#forecast/backend.ts';
import { seedNetwork } from '#forecast/seed-lstm/network.ts';
import { loadSeedLstm } from '#forecast/seed-lstm/load-seed-lstm.ts';
import { writeFolder } from '../../../training/model-folder/write-folder.ts';
import { evaluateSeedLstm } from '../../../training/seed-study/evaluate-seed-lstm.ts';
import { trainSeedLstm, type TrainedSeedLstm } from '../../../training/seed-study/train-seed-lstm.ts';
import { windowOf } from '../../forecast/windows.ts';
import { wave } from './histories.ts';

const history = wave(240);
const options = {
  seeds: 1,
  epochs: 3,
  backend: 'wasm',
  date: '2026-01-01T00:00:00.000Z',
  versions: {},
} as const;

describe("training the study's network", () => {
  let trained: TrainedSeedLstm;
  let folder: string;

  before(async () => {
    trained = await trainSeedLstm(history, { ...options, seeds: 2 });
    folder = mkdtempSync(join(tmpdir(), 'foresize-seed-lstm-'));
    await writeFolder(folder, trained.files);
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  /** The refusal of a folder in which one file was replaced. */
  const refusalOf = async (
    file: string,
    content: (before: Buffer) => string | Uint8Array,
  ): Promise<string> => {
    const path = join(folder, file);
    const before = readFileSync(path);
    writeFileSync(path, content(before));
    try {
      return await loadSeedLstm(folder).then(
        () => 'it was accepted',
        (error: unknown) => String(error),
      );
    } finally {
      writeFileSync(path, before);
    }
  };

  it('has 17 282 weights to train', async () => {
    const network = seedNetwork(await loadBackend('wasm'));
    expect(network.countParams()).to.equal(17_282);
    network.dispose();
  });

  it('lowers the loss, seed by seed', () => {
    for (const { losses } of trained.runs) {
      expect(losses.map(({ epoch }) => epoch)).to.deep.equal([1, 2, 3]);
      expect(losses[2]!.loss).to.be.below(losses[0]!.loss);
      expect(losses[2]!.validationLoss).to.be.below(losses[0]!.validationLoss);
    }
  });

  it('validates by the mean absolute error of the test rows', () => {
    const [{ errors, losses }] = trained.runs as [TrainedSeedLstm['runs'][number]];
    const { memory, cpu } = trained.data.scalers;
    const mean = (errors.memory.mae / memory.deviation + errors.cpu.mae / cpu.deviation) / 2;
    expect(losses[2]!.validationLoss).to.be.closeTo(mean, 1e-5);
  });

  it('is the same for the same seed, and not for another', async () => {
    const [again] = (await trainSeedLstm(history, options)).runs;
    expect(again!.files['weights.bin']).to.deep.equal(trained.runs[0]!.files['weights.bin']);
    expect(again!.losses).to.deep.equal(trained.runs[0]!.losses);
    expect(trained.runs[1]!.files['weights.bin']).not.to.deep.equal(trained.runs[0]!.files['weights.bin']);
  });

  it('leaves no tensors behind', async () => {
    const tf = await loadBackend('wasm');
    const before = tf.memory().numTensors;
    await trainSeedLstm(wave(60), { ...options, epochs: 1 });
    expect(tf.memory().numTensors).to.equal(before);
  });

  it('ends when it is told to', async () => {
    const controller = new AbortController();
    const onEpoch = (): void => {
      controller.abort(new Error('enough'));
    };
    const ended = trainSeedLstm(wave(60), { ...options, epochs: 50, onEpoch, signal: controller.signal });
    expect(await ended.catch(String)).to.equal('Error: enough');
  });

  it('makes a model that forecasts as it did', async () => {
    const { rows } = await evaluateSeedLstm(folder, history);
    expect(rows[0]!.name).to.equal('seed 1');
    const { mae } = trained.runs[0]!.errors.cpu;
    expect(rows[0]!.errors.cpu.mae).to.be.closeTo(mae, 1e-5 * mae);
  });

  it('makes a forecaster of every row of a window', async () => {
    const forecaster = await loadSeedLstm(folder);
    const { next } = forecaster.forecast(windowOf([...history.cpuCores], { other: history.memoryBytes }));
    const { forecasts, losses } = trained.runs[0]!;
    const last = forecasts.cpu.at(-1)!;
    expect(next.at(-2)).to.be.closeTo(last, 1e-5);
    expect(losses).to.have.length(3);
  });

  it('leaves a card that says what it was made of and how it did', () => {
    const card = String(trained.files['MODEL_CARD.md']);
    expect(card).to.contain('158 rows trained on, 79 tested');
    expect(card).to.match(/\| seed 2 \|.*\n\| median of 2 \|/);
    expect(card).to.contain('| persistence |').and.not.to.contain('| published |');
    for (const plot of ['learning-curve.svg', 'cpu.svg', 'memory.svg'])
      expect(trained.files[plot]).to.be.a('string').that.matches(/^<svg/);
  });

  it('makes a model that is refused where a file of it is missing, cut, changed, or of another kind', async () => {
    rmSync(join(folder, 'card.json'));
    expect(await loadSeedLstm(folder)).to.have.property('name', 'seed-lstm');
    expect(await loadSeedLstm(join(folder, 'none')).catch(String)).to.match(
      /none is not the folder of a model/,
    );
    expect(await refusalOf('weights.bin', (before) => before.subarray(4))).to.match(
      /has 69124 bytes.*says 69128/,
    );
    const changed = (before: Buffer): Buffer => Buffer.from(before).fill(1, 100, 104);
    expect(await refusalOf('weights.bin', changed)).to.match(
      /is not the file that model.json was written with/,
    );
    expect(await refusalOf('model.json', () => '{')).to.match(/model.json is not JSON/);
    expect(await refusalOf('model.json', () => '{}')).to.match(/is not one of ours.*modelTopology/s);
    const edited = (from: string | RegExp, to: string) => (before: Buffer) =>
      before.toString().replace(from, to);
    expect(await refusalOf('model.json', edited('"model": "seed-lstm"', '"model": "lstm"'))).to.match(
      /is a model of the kind lstm, not seed-lstm/,
    );
    expect(await refusalOf('model.json', edited(/"scalers"/, '"scales"'))).to.match(/scalers/);
    expect(await refusalOf('model.json', edited(/"units": 64/, '"units": 32'))).to.match(/cannot be built/);
  });
});
