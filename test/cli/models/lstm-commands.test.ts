import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { readLstm } from '#forecast/lstm/model-folder.ts';
import { runAblation } from '../../../cli/models/ablate-lstm.ts';
import { evaluate, type EvaluateFlags } from '../../../cli/models/evaluate-lstm.ts';
import { train, type TrainFlags } from '../../../cli/models/train-lstm.ts';
import { loadToolkit } from '../../../functions/predict-resources/toolkit.ts';
import { evaluationReportSchema } from '../../../training/evaluation/report.ts';
import { readCard } from '../../../training/lstm/card-files.ts';
import { cardSchema } from '../../../training/lstm/card-schema.ts';
import type { TrainingRecipe } from '../../../training/lstm/training-recipe.ts';
import { failure } from '../../support/failure.ts';
import { printed as printedOf, redirected } from '../printed.ts';

/** As small as a recipe can be. */
const RECIPE: TrainingRecipe = {
  units: 3,
  features: ['level', 'change-0', 'nowcast', 'near-rise-p50'],
  generated: { train: { first: 1000, count: 2 }, validation: { first: 100_000, count: 2 }, hours: 2 },
  validationEvery: 3,
  stride: { generated: 120, recorded: 120 },
  epochs: 1,
  patience: 1,
  batch: 4,
  learningRate: 1e-3,
};

/** What a command prints on standard output, run in this process; standard error is not shown. */
async function printed(
  run: () => Promise<void>,
  onError: (text: string) => unknown = () => null,
): Promise<string> {
  return printedOf(() => redirected(process.stderr, onError, run));
}

describe('the commands for our network', function () {
  let folder = '';
  let data = '';
  let out = '';
  let card = '';
  const flags = (changes: Partial<TrainFlags> = {}): TrainFlags => ({
    ...{ recordings: false, seeds: 2, firstSeed: 5, generated: 1, out, json: true },
    ...changes,
  });
  const evaluation = (changes: Partial<EvaluateFlags> = {}): EvaluateFlags => ({
    ...{ data: [data], model: [out], split: 'choice', window: 120, horizon: 75_000, every: 8, json: true },
    ...changes,
  });

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'foresize-lstm-'));
    out = join(folder, 'model');
    data = join(folder, 'usage.csv');
    const rows = Array.from(
      { length: 300 },
      (_, i) =>
        `${1_700_000_000_000 + 15_000 * i},${7e6 + 1e5 * (i % 7)},${0.01 + 0.001 * ((i * 7919) % 11)}`,
    );
    writeFileSync(data, `Time,mem_usage,cpu_usage\n${rows.join('\n')}\n`);
    card = await printed(() => train(flags(), RECIPE));
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  it('train writes a folder that predict-resources loads, and leaves no checkpoint', async () => {
    expect(readdirSync(out).sort()).to.deep.equal([
      'MODEL_CARD.md',
      'card.json',
      'model.json',
      'weights.bin',
    ]);
    expect(readdirSync(folder).sort()).to.deep.equal(['model', 'usage.csv']);
    const { model, forecasters } = await loadToolkit(
      { MODEL_PATH: out, MODEL_MISSING: 'fail' },
      () => undefined,
    );
    expect(model).to.contain('lstm');
    expect(forecasters.has('lstm')).to.equal(true);
    const { shape } = await readLstm(out);
    expect(shape).to.deep.include({ units: 3, features: RECIPE.features });
    expect(shape.heads.map(({ medianOffset }) => medianOffset)).to.deep.equal(['nowcast', null, null]);
  });

  it('train keeps the seed with the median validation loss, and its card tells what it was made with', async () => {
    const told = cardSchema.parse(JSON.parse(card));
    expect(told).to.deep.equal(await readCard(out));
    expect(told.trainings.map(({ seed }) => seed)).to.deep.equal([5, 6]);
    const better = Math.min(...told.trainings.map(({ validationLoss }) => validationLoss));
    expect(told.trainings.find(({ seed }) => seed === told.seed)?.validationLoss).to.equal(better);
    expect((await readLstm(out)).shape.training).to.deep.include({ seed: told.seed, date: told.date });
    expect(told.data.generated.train).to.deep.equal({ first: 1000, count: 1, used: 1 });
    expect(told.data.sequences).to.deep.equal({ train: 3, validation: 3 });
    expect(told.spread.map(({ title }) => title)).to.deep.equal(told.evaluations.map(({ title }) => title));
    expect(told.evaluations[0]?.overall[0]?.rows.map(({ forecaster }) => forecaster)).to.deep.equal([
      ...['persistence', 'nowcast', 'recent-peak', 'histogram', 'lstm', 'auto'],
    ]);
    expect(told.commands[0]).to.contain('--no-recordings --seeds 2 --first-seed 5 --generated 1');
    const text = readFileSync(join(out, 'MODEL_CARD.md'), 'utf8');
    expect(text).to.contain(`${told.weights} weights`).and.contain('LSTM(3) on 4 inputs');
  });

  it('train gives the same weights again, also from checkpoints, of which it does not tell how long they took', async () => {
    const again = join(folder, 'again');
    const checkpoints = join(folder, 'kept');
    const weights = (): Buffer => readFileSync(join(again, 'weights.bin'));
    const once = (): Promise<string> => printed(() => train(flags({ out: again, checkpoints }), RECIPE));
    await once();
    expect(weights().equals(readFileSync(join(out, 'weights.bin')))).to.equal(true);
    expect((await readCard(again)).trainings[0]?.cpuSeconds).to.be.a('number');
    await once();
    expect(weights().equals(readFileSync(join(out, 'weights.bin')))).to.equal(true);
    expect((await readCard(again)).trainings.map(({ cpuSeconds }) => cpuSeconds)).to.deep.equal([null, null]);
    for (const made of [again, checkpoints]) rmSync(made, { recursive: true });
  });

  it('train that is ended keeps its checkpoint, writes no model, and refuses other options until it is removed', async () => {
    const ended = join(folder, 'ended');
    const files = ['seed-5.checkpoint'];
    const long = flags({ out: ended, seeds: 1, epochs: 10_000 });
    // A closed terminal ends it as Ctrl-C does, which would end the tests too.
    const hangUp = (text: string): unknown => text.includes('epoch 1 of') && process.emit('SIGHUP');
    await printed(() => train(long, { ...RECIPE, patience: 10_000 }), hangUp);
    expect(process.exitCode).to.equal(130);
    process.exitCode = undefined;
    expect(existsSync(ended)).to.equal(false);
    expect(readdirSync(`${ended}.checkpoints`)).to.deep.equal(files);
    const other = await failure(printed(() => train({ ...long, epochs: 3 }, RECIPE)));
    expect(other.code).to.equal('checkpoint-invalid');
    expect(other.message).to.contain(files[0]);
    rmSync(`${ended}.checkpoints`, { recursive: true });
  });

  it('train writes nothing where its inputs do not exist', async () => {
    const none = join(folder, 'none');
    const missing = await failure(train(flags({ out: none, recordings: [join(folder, 'missing')] }), RECIPE));
    expect(missing.code).to.equal('data-invalid');
    expect(existsSync(none)).to.equal(false);
  });

  it('evaluate tells every forecaster’s figures and keeps them in the card, once under each title', async () => {
    const text = await printed(() => evaluate(evaluation({ card: 'mine' })));
    const report = evaluationReportSchema.parse(JSON.parse(text));
    expect(report.settings).to.include({ firstRow: 121, windowSteps: 120, baselineSteps: 480 });
    expect(report.overall.map(({ metric }) => metric)).to.deep.equal(['cpu', 'memory']);
    expect(report.functions[1]?.rows.map(({ forecaster }) => forecaster)).not.to.include('lstm');
    await printed(() => evaluate(evaluation({ card: 'mine', last: 60 })));
    const kept = (await readCard(out)).evaluations.filter(({ title }) => title === 'mine');
    expect(kept.map(({ settings }) => settings.firstRow)).to.deep.equal([241]);
    expect(readFileSync(join(out, 'MODEL_CARD.md'), 'utf8')).to.contain('### mine');
    expect((await readLstm(out)).shape.units).to.equal(3);
  });

  it('evaluate gives the medians of several models, and each model’s own', async () => {
    const text = await printed(() => evaluate(evaluation({ model: [out, out], last: 60 })));
    const one = evaluationReportSchema.parse(
      JSON.parse(await printed(() => evaluate(evaluation({ last: 60 })))),
    );
    expect(JSON.parse(text)).to.deep.equal({ ...one, models: [one, one] });
  });

  it('evaluate draws plots into a folder', async () => {
    const plots = join(folder, 'plots');
    await printed(() => evaluate(evaluation({ plots })));
    expect(readdirSync(plots).sort()).to.deep.equal([
      ...['coverage-cpu.svg', 'coverage-memory.svg', 'loss-cpu.svg', 'loss-memory.svg'],
      ...['peak-cpu-usage.svg', 'peak-memory-usage.svg'],
    ]);
    rmSync(plots, { recursive: true });
  });

  it('evaluate refuses what has no model, what has no card to keep it in, and rows asked for twice', async () => {
    expect(await failure(evaluate(evaluation({ model: [join(folder, 'none')] })))).to.include({
      code: 'model-missing',
    });
    const other = await failure(evaluate(evaluation({ model: [folder], card: 'mine' })));
    expect(other.message).to.match(/has no card: .*card\.json/);
    const twice = await failure(evaluate(evaluation({ last: 3, rows: { first: 1, last: 2 } })));
    expect(twice.message).to.equal('--rows and --last exclude each other');
  });

  it('an ablation judges each variant, goes on from what is done, and stands in the card', async () => {
    const checkpoints = join(folder, 'ablation');
    const ablating = flags({ seeds: 1, checkpoints });
    const recipe = { ...RECIPE, features: ['level', 'nowcast'] };
    const first = await printed(() => runAblation(ablating, recipe));
    const { ablation } = await readCard(out);
    expect(ablation?.variants.map(({ name, inputs, units }) => [name, inputs, units])).to.deep.equal([
      ['recipe', 2, 3],
      ['no level', 1, 3],
      ['no nowcast', 1, 3],
      ['8 units', 2, 8],
      ['32 units', 2, 32],
    ]);
    const result = join(checkpoints, 'no-level', 'seed-5.json');
    const [kept, times] = [readFileSync(result, 'utf8'), JSON.parse(first) as { variants: unknown }];
    const again = JSON.parse(await printed(() => runAblation(ablating, recipe))) as { variants: unknown };
    expect(again.variants).to.deep.equal(times.variants);
    expect(readFileSync(result, 'utf8')).to.equal(kept);
    expect(readFileSync(join(out, 'MODEL_CARD.md'), 'utf8')).to.contain('no nowcast: without nowcast');
  });

  it('an ablation is refused before it begins where there is no model whose card it belongs to', async () => {
    const error = await failure(runAblation(flags({ out: join(folder, 'none') }), RECIPE));
    expect(error.code).to.equal('model-missing');
  });
});
