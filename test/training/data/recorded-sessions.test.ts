import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { readDataSet } from '../../../training/data/read-data-set.ts';
import { GATEWAY_COLUMNS, POD_COLUMNS, USAGE_COLUMNS } from '../../../training/recordings/format.ts';
import { recordedFunction, sessionOf } from '../recordings/small-session.ts';
import { temporaryFiles, type TemporaryFiles } from './temporary-files.ts';

const START_MS = 1_767_225_600_000;

/** A session of the local platform's recorder with one function to choose by and one held out, each at 0.1 cores. */
function writeSession(files: TemporaryFiles, name: string): void {
  const functions = [recordedFunction(`${name}-a`, 'choice'), recordedFunction(`${name}-b`, 'held-out')];
  mkdirSync(join(files.folder, name));
  files.write(join(name, 'session.json'), JSON.stringify(sessionOf(name, START_MS, functions)));
  const seconds = Array.from({ length: 25 }, (_, i) => i * 5);
  for (const { name: functionName } of functions) {
    mkdirSync(join(files.folder, name, functionName));
    const pod = `${functionName}-7d9c9b5f4-x2x7k`;
    const table = (file: string, columns: readonly string[], row: (at: number) => string): string =>
      files.write(
        join(name, functionName, file),
        `${columns.join(',')}\n${seconds.map((at) => `${row(at)}\n`).join('')}`,
      );
    table(
      'usage.csv',
      USAGE_COLUMNS,
      (at) => `${START_MS + at * 1000},${pod},${START_MS - 60_000},${at / 10},,,5000000,0,0.2,40000000`,
    );
    table('gateway.csv', GATEWAY_COLUMNS, (at) => `${START_MS + at * 1000},${at},${at}`);
    table('pods.csv', POD_COLUMNS, (at) => `${START_MS + at * 1000},${pod},${START_MS - 60_000},,0,,,`);
  }
}

describe('a recording of the local platform as a data set', () => {
  let files: TemporaryFiles;

  before(() => {
    files = temporaryFiles();
    writeSession(files, 'monday');
    writeSession(files, 'tuesday');
  });

  after(() => {
    files.remove();
  });

  it('is known by its session, and gives what may be chosen by', async () => {
    for (const path of [join(files.folder, 'monday'), join(files.folder, 'monday', 'session.json')]) {
      const [history, ...others] = (await readDataSet([path])).histories;
      expect([history?.name, others.length]).to.deep.equal(['monday-a', 0]);
      expect(history?.cpuCores.at(-1)).to.be.closeTo(0.1, 1e-6);
      expect(history?.callsStarted?.at(-1)).to.be.closeTo(15, 1e-6);
    }
  });

  it('gives what is held out only when that is asked for', async () => {
    const names = async (split: 'held-out' | 'all') =>
      (await readDataSet([join(files.folder, 'monday')], { split })).histories.map(({ name }) => name);
    expect(await names('held-out')).to.deep.equal(['monday-b']);
    expect(await names('all')).to.deep.equal(['monday-a', 'monday-b']);
  });

  it('may lie beside others in a folder that is read whole', async () => {
    const { histories } = await readDataSet([files.folder]);
    expect(histories.map(({ name }) => name)).to.deep.equal(['monday-a', 'tuesday-a']);
  });
});
