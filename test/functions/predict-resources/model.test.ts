import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { functionForecastSchema } from '#core/messages/forecast.ts';
import { INPUT_NAMES } from '#forecast/lstm/inputs.ts';
import { bundleFunction } from '#template/bundle.ts';
import { modelOf, writeModel } from '../../forecast/lstm/models.ts';
import { runBundle, type FunctionProcess } from '../../template/function-process.ts';

/** An hour of bursts in rows of 15 s, with calls. */
const rows = Array.from({ length: 240 }, (_, i) => ({
  Time: 1_672_557_210_000 + i * 15_000,
  mem_usage: 5_144_576,
  cpu_usage: i % 8 < 2 ? 0.04 + 0.001 * (i % 5) : 0.001,
  invocations: i % 8 < 2 ? 5 : 0,
}));

describe('the model of predict-resources', () => {
  let directory: string;
  let path: string;
  const running = new Set<FunctionProcess>();

  before(async () => {
    directory = mkdtempSync(join(tmpdir(), 'foresize-model-'));
    const { path: bundle } = await bundleFunction({
      templateDir: 'template/typescript',
      handlerDir: 'functions/predict-resources',
      outDir: join(directory, 'dist'),
    });
    path = bundle;
    rmSync(join(directory, 'dist/model'), { recursive: true, force: true });
    await writeModel(join(directory, 'dist/model'), modelOf(3));
  });
  afterEach(async () => {
    for (const one of running) one.child.kill();
    await Promise.all([...running].map((one) => one.exited()));
    running.clear();
  });
  after(() => {
    rmSync(directory, { recursive: true });
  });

  function run(environment: Record<string, string>): FunctionProcess {
    const started = runBundle(path, { SECRETS_PATH: directory, ...environment });
    running.add(started);
    return started;
  }
  const folder = (): string => join(mkdtempSync(join(directory, 'models-')), 'model');
  const ask = async (started: FunctionProcess, query = '') =>
    fetch(`${await started.url()}/${query}`, { method: 'POST', body: JSON.stringify(rows) });
  const evidenceOf = async (started: FunctionProcess, query?: string) =>
    functionForecastSchema.parse(await (await ask(started, query)).json()).evidence;

  /** Each way in which a model cannot be used, and what is said of it. */
  const unusable: readonly (readonly [string, (target: string) => Promise<void>, RegExp])[] = [
    ['is missing', () => Promise.resolve(), /model is not the folder of a model: ENOENT.*model\.json/],
    [
      'is cut short',
      async (target) => {
        await writeModel(target, modelOf(1));
        truncateSync(join(target, 'weights.bin'), 100);
      },
      /weights\.bin has 100 bytes, model\.json says \d+$/,
    ],
    [
      'needs an input that does not exist',
      (target) => writeModel(target, modelOf(1, { features: [...INPUT_NAMES, 'moon'] })),
      /model\.json needs inputs that this version of Foresize does not know: moon$/,
    ],
    [
      'is of the study’s kind, which needs TensorFlow.js',
      async (target) => {
        await writeModel(target, modelOf(1));
        const file = join(target, 'model.json');
        writeFileSync(file, readFileSync(file, 'utf8').replace('"model": "lstm"', '"model": "seed-lstm"'));
      },
      /kind seed-lstm, not lstm; it is for `foresize evaluate seed-lstm` and `foresize backtest --model`$/,
    ],
    [
      'lacks a head',
      (target) => writeModel(target, modelOf(1, { heads: [{ name: 'next', steps: 1, medianOffset: null }] })),
      /model\.json cannot be used: the model has no near at 0\.5$/,
    ],
  ];

  it('is the one beside the handler, and answers name it by its training', async () => {
    const evidence = await evidenceOf(run({ MODEL_MISSING: 'fail' }), '?forecaster=lstm');
    expect(evidence.model).to.equal('lstm 2026-11-25 seed 3');
    expect(evidence.forecaster).to.deep.equal({ cpu: 'lstm', memory: 'recent-peak' });
    expect(evidence.skill.cpu).to.be.above(0);
  });

  it('is that of MODEL_PATH where one is named', async () => {
    const target = folder();
    await writeModel(target, modelOf(7));
    const other = await ask(run({ MODEL_PATH: target, MODEL_MISSING: 'fail' }), '?forecaster=lstm');
    const shipped = await ask(run({ MODEL_MISSING: 'fail' }), '?forecaster=lstm');
    const [named, usual] = [other, shipped].map(async (answer) =>
      functionForecastSchema.parse(await answer.json()),
    );
    expect((await named)?.evidence.model).to.equal('lstm 2026-11-25 seed 7');
    expect((await named)?.peak.cpu).not.to.deep.equal((await usual)?.peak.cpu);
  });

  for (const [what, make, reason] of unusable) {
    it(`ends the start where it ${what}, with one line that says so`, async () => {
      const target = folder();
      await make(target);
      const started = run({ MODEL_PATH: target, MODEL_MISSING: 'fail' });
      expect(await started.exited()).to.deep.equal({ code: 1, signal: null });
      expect(started.log).to.have.length(1);
      expect(started.log[0]).to.include({ level: 'error', msg: 'the function can not start' });
      expect((started.log[0]?.err as { message: string }).message).to.match(reason);
    });
  }

  it('may be unusable where that is said, in every answer, and in the log with the reason', async () => {
    for (const [what, make, reason] of unusable.slice(1, 3)) {
      const target = folder();
      await make(target);
      const started = run({ MODEL_PATH: target, MODEL_MISSING: 'go-on' });
      const { model, forecaster } = await evidenceOf(started);
      expect(model, what).to.equal('none: model-invalid');
      expect(forecaster.cpu, what).not.to.equal('none');
      expect((await started.logged('forecasting without the model')).reason, what).to.match(reason);
      started.child.kill();
    }
  });

  it('is refused by name where there is none, with the reason', async () => {
    const answer = await ask(run({ MODEL_PATH: folder(), MODEL_MISSING: 'go-on' }), '?forecaster=lstm');
    expect(answer.status).to.equal(400);
    const { error } = (await answer.json()) as { error: string };
    expect(error).to.match(/^forecaster="lstm" is not one of auto, .*, arima \(model: none: model-missing\)/);
  });
});
