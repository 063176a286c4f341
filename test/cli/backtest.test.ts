import { open, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { execa } from 'execa';
import { backtestCommand } from '../../cli/commands/backtest.ts';
import { forecastersFor } from '../../cli/backtest/forecasters.ts';
import { failure } from '../support/failure.ts';
import { foresize } from './foresize.ts';

function run(...words: string[]) {
  return foresize('backtest', ...words);
}

/** As the study's CSV: CPU that doubles in every eighth step. */
function usage(rows: number): string {
  const lines = Array.from(
    { length: rows },
    (_, i) => `${1_800_000_000_000 + i * 15_000},${30_000_000 + i},${i % 8 === 0 ? 0.02 : 0.01}`,
  );
  return `Time,mem_usage,cpu_usage\n${lines.join('\n')}\n`;
}

describe('the command backtest', () => {
  let folder = '';
  let file = '';

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'foresize-command-'));
    file = join(folder, 'resize.csv');
    await writeFile(file, usage(60));
  });

  after(async () => {
    await rm(folder, { recursive: true });
  });

  it('prints the report as JSON, writes it with a page, and exits 0', async () => {
    const out = join(folder, 'report');
    const words = ['--rows', '21:50', '--delay', '0s', '--forecaster', 'persistence', '--json', '--out', out];
    const { stdout, stderr, exitCode } = await run(file, ...words);
    expect(exitCode).to.equal(0);
    const report: unknown = JSON.parse(stdout);
    expect(report).to.include({ dataSet: 'resize', cadenceMs: 60_000, delayMs: 0, policy: 'requests' });
    expect(report).to.have.nested.property('functions[0].name', 'resize');
    expect(report).to.have.nested.property('functions[0].cpu.samples', 30);
    expect(report).to.have.nested.property('functions[0].cpu.methods[4].method', 'persistence');
    expect((await readdir(out)).sort()).to.deep.equal(['backtest.html', 'backtest.json']);
    expect(stderr).to.match(/^wrote .*backtest\.html and .*backtest\.json$/);
  });

  it('refuses a file with something else than numbers, by line and column', async () => {
    const broken = join(folder, 'broken.csv');
    await writeFile(broken, usage(3).replace('0.02', 'much'));
    const refused = await failure(backtestCommand().parseAsync([broken], { from: 'user' }));
    expect(refused.exitCode).to.equal(2);
    expect(refused.message).to.include(`${broken}, line 2, column cpu_usage: "much" is not a number`);
  });

  it('ends by Ctrl-C with 130, and nothing written', async () => {
    const pipe = join(folder, 'pipe.csv');
    const out = join(folder, 'nothing');
    await execa('mkfifo', [pipe]);
    const child = run(pipe, '--out', out);
    // Opens once the command reads, and by then it listens for signals.
    const writer = await open(pipe, 'w');
    child.kill('SIGINT');
    await writer.write(usage(60));
    await writer.close();
    const { exitCode, stdout } = await child;
    expect([exitCode, stdout]).to.deep.equal([130, '']);
    expect(await readdir(folder)).not.to.include('nothing');
  });

  it('has the network shipped among its forecasters', async () => {
    const { exitCode, stdout } = await run(file, '--forecaster', 'lstm', '--json');
    expect([exitCode, JSON.stringify(JSON.parse(stdout)).includes('lstm')]).to.deep.equal([0, true]);
  });

  const refusals = {
    '--rows 5': /--rows "5" is not first:last/,
    '--rows 9:3': /--rows "9:3" is not first:last/,
    '--rows 0:3': /--rows "0:3" is not first:last/,
    '--rows :': /--rows ":" is not first:last/,
    '--cadence 0s': /--cadence "0s" must be longer than nothing/,
    '--cadence fast': /"fast" is not a duration/,
    '--phases 0': /--phases "0" is not a whole number/,
    '--annotation evidence': /--annotation "evidence" is not name=value/,
    '--annotation foresize/evidence=long': /foresize\/evidence: "long" must be a duration/,
    '--model absent-folder': /absent-folder/,
    '--no-model --forecaster lstm': /no forecaster "lstm"/,
    '--forecaster guess': /no forecaster "guess"; there are auto, persistence/,
  };
  for (const [flags, message] of Object.entries(refusals)) {
    it(`refuses ${flags}`, async () => {
      const parsed = backtestCommand()
        .exitOverride()
        .parseAsync([file, ...flags.split(' ')], { from: 'user' });
      const refused = await failure(parsed);
      expect(refused.exitCode).to.equal(2);
      expect(refused.message).to.match(message);
    });
  }
});

describe('the forecasters of a backtest', () => {
  it('have ARIMA among them only where it is asked for by name', async () => {
    expect([...(await forecastersFor('arima', undefined)).keys()]).to.include('arima');
    expect([...(await forecastersFor('auto', undefined)).keys()]).not.to.include('arima');
  });
});
