import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import * as z from 'zod';
import { describeCommand } from '../../cli/commands/describe.ts';
import { recordCommand } from '../../cli/commands/record.ts';
import { smallPrometheus } from '../training/data/small-prometheus.ts';
import { foresize } from './foresize.ts';
import { printed } from './printed.ts';

describe('the commands for data', () => {
  let folder = '';

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'foresize-data-commands-'));
  });

  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  const write = (name: string, text: string): string => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  };

  it('describe prints what pandas would, and JSON where asked', async () => {
    const usage = write(
      'usage.csv',
      'Time,mem_usage,cpu_usage\n0,1000000,0.5\n15000,,0.25\n30000,3000000,1\n',
    );
    const describe = (...words: string[]) =>
      printed(() => describeCommand().parseAsync([usage, ...words], { from: 'user' }));
    expect(await describe('--name', 'qrcode')).to
      .equal(`openfaas-fn/qrcode: 1970-01-01T00:00:00.000Z to 1970-01-01T00:00:30.000Z, 3 steps of 15s, CPU as means of 5m
            mem_usage       cpu_usage
count               2               3
gaps                1               0
mean     2.000000e+06        0.583333
std      1.414214e+06        0.381881
min      1.000000e+06        0.250000
25%      1.500000e+06        0.375000
50%      2.000000e+06        0.500000
75%      2.500000e+06        0.750000
max      3.000000e+06        1.000000
`);
    const [described] = z
      .object({
        functions: z.array(z.object({ cpuMeanMs: z.number(), cpuCores: z.object({ max: z.number() }) })),
      })
      .parse(JSON.parse(await describe('--json', '--cpu-mean', '15s'))).functions;
    expect(described).to.deep.equal({ cpuMeanMs: 15_000, cpuCores: { max: 1 } });
  });

  it('record says what it added and what the folder holds', async () => {
    const prometheus = await smallPrometheus();
    try {
      const span = ['--from', '2026-01-31T00:00Z', '--to', '2026-01-31T01:00Z'];
      const words = [join(folder, 'recording'), '--url', prometheus.url, ...span];
      const record = () => printed(() => recordCommand().parseAsync(words, { from: 'user' }));
      expect(await record()).to.match(
        /^began .*recording: \d{4,} samples; it holds 1h, 2026-01-31T00:00:00.000Z to 2026-01-31T01:00:00.000Z\n$/,
      );
      expect(await record()).to.match(/^went on with .*recording: 0 samples; it holds 1h/);
    } finally {
      await prometheus.close();
    }
  });

  it('describe exits 2 where the data are wrong, with the line and what to do', async () => {
    const wrong = write('wrong.csv', 'Time,cpu_usage\n0,1\n15000,much\n');
    const { exitCode, stderr, stdout } = await foresize('describe', wrong);
    expect(exitCode).to.equal(2);
    expect(stdout).to.equal('');
    expect(stderr).to.include(`${wrong}, line 3, column cpu_usage: "much" is not a number of 0 or more`);
    expect(stderr).to.include('foresize describe --help');
  });
});
