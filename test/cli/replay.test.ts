import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { linesOfLog } from './decision-log.ts';
import { foresize } from './foresize.ts';

const SHRINK =
  'resize: CPU request 100m → 50m: peak forecast (p90) 20m × 1.1; on the way to 22m, by half at most in one step';

describe('foresize replay', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'foresize-replay-'));
    const lines = linesOfLog();
    const [first = ''] = lines;
    const changed = first.replace('"cpuRequestCores":0.05', '"cpuRequestCores":0.09');
    const log = ['{"level":30,"msg":"started"}', changed, ...lines.slice(1), first.slice(0, 500)];
    writeFileSync(join(folder, 'decisions-2026-06-15.ndjson'), log.join('\n'));
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  it('says what comes out the same and what does not, and how each function fared', async () => {
    const { stdout, exitCode } = await foresize('replay', folder);
    expect(exitCode).to.equal(0);
    expect(stdout.trimEnd().split('\n')).to.deep.equal([
      '20 decisions (1 other line, 1 unreadable).',
      'Decided again with the policy of today: 19 the same, 1 different.',
      '',
      'function            settings   decisions  resizes/h  CPU request ÷ use  short  memory request ÷ use  short',
      'openfaas-fn/qrcode  as logged         20        3.0               2.63  0.0 %                  1.16  0.0 %',
      '',
      '2026-06-15T12:00:00.000Z openfaas-fn/qrcode',
      `  before: ${SHRINK}`,
      `  now:    ${SHRINK}`,
      '  sizes:  CPU request 90m → 50m',
    ]);
  });

  it('sets what came beside what other settings would have given', async () => {
    const { stdout } = await foresize(
      'replay',
      folder,
      '--set',
      'foresize/cooldown=5m',
      '--differences',
      '1',
    );
    expect(stdout.split('\n').slice(0, 6)).to.deep.equal([
      '20 decisions (1 other line, 1 unreadable).',
      'Decided again with foresize/cooldown=5m: 4 the same, 16 different.',
      '',
      'function            settings   decisions  resizes/h  CPU request ÷ use  short  memory request ÷ use  short',
      'openfaas-fn/qrcode  as logged         20        3.0               2.63  0.0 %                  1.16  0.0 %',
      '                    these             20        6.0               1.75  0.0 %                  1.16  0.0 %',
    ]);
    expect(stdout).to.match(/and \d+ more$/);
  });

  it('prints the same as JSON', async () => {
    const { stdout } = await foresize('replay', folder, '--json');
    const answer: unknown = JSON.parse(stdout);
    expect(answer).to.deep.include({
      lines: { decisions: 20, withoutInput: 0, others: 1, unreadable: 1 },
      same: 19,
    });
  });

  it('names a setting that no function can have, and a file that is not there', async () => {
    const wrong = await foresize('replay', folder, '--set', 'foresize/cooldown=soon');
    expect(wrong.exitCode).to.equal(2);
    expect(wrong.stderr).to.include('foresize/cooldown: "soon"');
    expect((await foresize('replay', folder, '--set', 'cooldown')).exitCode).to.equal(2);
    const missing = await foresize('replay', join(folder, 'none'));
    expect(missing.exitCode).to.equal(1);
    expect(missing.stderr).to.include('ENOENT');
  });
});
