import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import fc from 'fast-check';
import type { FunctionHistory } from '#core/replay/history.ts';
import { readDataSet } from '../../../training/data/read-data-set.ts';
import { usageCsv, writeUsageCsv } from '../../../training/data/write-usage-csv.ts';
import { writeWhole } from '../../../training/data/write-whole.ts';
import { temporaryFiles, type TemporaryFiles } from './temporary-files.ts';

function historyOf(
  cpu: readonly number[],
  memory: readonly number[],
  calls: readonly number[] | null,
): FunctionHistory {
  return {
    name: 'qrcode',
    namespace: 'openfaas-fn',
    startMs: 1_672_557_210_000,
    stepMs: 15_000,
    cpuCores: Float64Array.from(cpu),
    cpuMeanMs: 300_000,
    memoryBytes: Float64Array.from(memory),
    callsStarted: calls === null ? null : Float64Array.from(calls),
    cpuLimitCores: null,
    memoryLimitBytes: null,
    oomKillsMs: [],
  };
}

describe("the study's CSV", () => {
  let files: TemporaryFiles;

  before(() => {
    files = temporaryFiles();
  });

  after(() => {
    files.remove();
  });

  it('is written with empty cells for gaps, and with calls where they are known', () => {
    expect([...usageCsv(historyOf([0.5, NaN], [NaN, 7], null))].join('')).to.equal(
      'Time,mem_usage,cpu_usage\n1672557210000,,0.5\n1672557225000,7,\n',
    );
    expect([...usageCsv(historyOf([0], [1], [2]))].join('')).to.equal(
      'Time,mem_usage,cpu_usage,invocations\n1672557210000,1,0,2\n',
    );
  });

  it('reads back as it was, bit for bit', async () => {
    const value = fc.oneof(fc.double({ min: 0, max: 1e15, noNaN: true }), fc.constant(NaN));
    const rows = fc.array(fc.tuple(value, value, fc.nat(1000)), { minLength: 2, maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(rows, fc.boolean(), async (drawn, withCalls) => {
        const path = join(files.folder, 'qrcode.csv');
        const [cpu, memory] = [drawn.map(([a]) => a + 0), drawn.map(([, b]) => b + 0)];
        const history = historyOf(cpu, memory, withCalls ? drawn.map(([, , count]) => count) : null);
        await writeUsageCsv(path, history);
        expect((await readDataSet([path])).histories).to.deep.equal([history]);
      }),
      { numRuns: 25 },
    );
  });

  it('leaves what was there before when writing fails on the way', async () => {
    const path = files.write('kept.csv', 'before');
    const broken = function* (): Generator<string> {
      yield 'half a row';
      throw new Error('on the way');
    };
    let message = '';
    await writeWhole(path, broken()).catch((error: unknown) => {
      message = String(error);
    });
    expect(message).to.include('on the way');
    expect(readFileSync(path, 'utf8')).to.equal('before');
    expect(readdirSync(files.folder).filter((name) => name.endsWith('.tmp'))).to.deep.equal([]);
  });
});
