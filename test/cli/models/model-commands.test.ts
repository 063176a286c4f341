import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import * as z from 'zod';
import { evaluateCommand } from '../../../cli/commands/evaluate.ts';
import { failure } from '../../support/failure.ts';
import { foresize } from '../foresize.ts';
import { printed } from '../printed.ts';

/** What `foresize evaluate seed-lstm` prints, run in this process. */
const evaluated = (...words: string[]): Promise<string> =>
  printed(() => evaluateCommand().parseAsync(['seed-lstm', ...words], { from: 'user' }));

const evaluation = z.object({
  errors: z.array(z.object({ name: z.string(), errors: z.object({ cpu: z.object({ mae: z.number() }) }) })),
});

describe('the commands for models', () => {
  let folder = '';
  let data = '';

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'foresize-model-commands-'));
    data = join(folder, 'usage.csv');
    const rows = Array.from(
      { length: 120 },
      (_, i) => `${1_700_000_000_000 + 15_000 * i},${7e6 + 1e5 * (i % 7)},${0.01 + 0.001 * (i % 5)}`,
    );
    writeFileSync(data, `Time,mem_usage,cpu_usage\n${rows.join('\n')}\n`);
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  it('train makes a folder that evaluate reads, with the errors that its card tells', async () => {
    const out = join(folder, 'made/model');
    const trained = await foresize(
      ...['train', 'seed-lstm', '--data', data, '--seeds', '1', '--epochs', '2', '--out', out],
    );
    expect(trained.exitCode, trained.stderr).to.equal(0);
    expect(trained.stderr).to.match(/^seed 1 of 1, epoch 1 of 2: loss \d/);
    expect(trained.stdout)
      .to.match(/^usage: 78 rows to train on, 39 to test/)
      .and.to.contain('persistence');
    expect(readdirSync(out)).to.include.members(['model.json', 'weights.bin', 'MODEL_CARD.md', 'card.json']);
    const figures = await evaluated('--model', out, '--data', data, '--json');
    const [row] = evaluation.parse(JSON.parse(figures)).errors;
    const card = z
      .object({ seeds: z.tuple([z.object({ errors: z.object({ cpu: z.object({ mae: z.number() }) }) })]) })
      .parse(JSON.parse(readFileSync(join(out, 'card.json'), 'utf8')));
    expect(row?.errors.cpu.mae).to.be.closeTo(card.seeds[0].errors.cpu.mae, 1e-7);
  });

  it('train ended by Ctrl-C writes nothing', async () => {
    const out = join(folder, 'interrupted');
    const training = foresize('train', 'seed-lstm', '--data', data, '--epochs', '100000', '--out', out);
    training.stderr.once('data', () => training.kill('SIGINT'));
    expect((await training).exitCode).to.equal(130);
    expect(existsSync(out)).to.be.false;
    expect(readdirSync(folder).filter((name) => name.includes('interrupted'))).to.be.empty;
  });

  it('evaluate refuses a folder without a model, naming it', async () => {
    const error = await failure(evaluated('--model', join(folder, 'none'), '--data', data));
    expect(error.code).to.equal('model-missing');
    expect(error.message).to.contain(join(folder, 'none'));
  });
});
