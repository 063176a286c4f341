import { createWriteStream, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { expect } from 'chai';
import fc from 'fast-check';
import { ForesizeError } from '#core/errors/error.ts';
import type { FunctionHistory } from '#core/replay/history.ts';
import { readDataSet, type ReadOptions } from '../../../training/data/read-data-set.ts';
import { failure } from '../../support/failure.ts';
import { hasReference, REFERENCE_FOLDER } from '../../support/reference-data.ts';
import { temporaryFiles, type TemporaryFiles } from './temporary-files.ts';

const HEADER = 'Time,mem_usage,cpu_usage';

/** Rows 15 s apart from 0. */
function rows(values: readonly (readonly [number | string, number | string])[]): string {
  return `${HEADER}\n${values.map(([memory, cpu], i) => `${i * 15_000},${memory},${cpu}`).join('\n')}\n`;
}

describe('a data set', () => {
  let files: TemporaryFiles;

  before(() => {
    files = temporaryFiles();
  });

  after(() => {
    files.remove();
  });

  async function read(text: string, options: ReadOptions = {}): Promise<FunctionHistory> {
    const { histories } = await readDataSet([files.write('usage.csv', text)], options);
    expect(histories).to.have.length(1);
    return histories[0]!;
  }

  async function refused(text: string | Uint8Array, name = 'usage.csv'): Promise<string> {
    const path = files.write(name, text);
    const error = await failure(readDataSet([path]));
    expect(error.code).to.equal('data-invalid');
    return error.message.replaceAll(`${files.folder}/`, '');
  }

  it('is read with a byte-order mark, quotes, CRLF, columns in any order and blank lines', async () => {
    const history = await read(
      '\uFEFF"cpu_usage","note","Time",mem_usage\r\n0.5,"a, b",15000,7\r\n\r\n"0.25",,30000,8\r\n\r\n \r\n',
    );
    expect(history).to.deep.equal({
      name: 'usage',
      namespace: 'openfaas-fn',
      startMs: 15_000,
      stepMs: 15_000,
      cpuCores: Float64Array.of(0.5, 0.25),
      cpuMeanMs: 300_000,
      memoryBytes: Float64Array.of(7, 8),
      callsStarted: null,
      cpuLimitCores: null,
      memoryLimitBytes: null,
      oomKillsMs: [],
    });
  });

  it('says of CPU that it is a mean of 5 min, as in the study, or what is known of it', async () => {
    const text = rows([[1, 1]]);
    expect((await read(text)).cpuMeanMs).to.equal(300_000);
    expect((await read(text, { cpuMeanMs: 15_000, name: 'resize', namespace: 'fn' })).cpuMeanMs).to.equal(
      15_000,
    );
  });

  it('takes numbers that a document has turned into telephone links', async () => {
    const history = await read(`${HEADER}\ntel:1672557210000,tel:5144576,0.5\n`);
    expect([history.startMs, history.memoryBytes[0]]).to.deep.equal([1_672_557_210_000, 5_144_576]);
  });

  it('joins a file of memory and one of CPU on their times, and keeps what one of them lacks a gap', async () => {
    const cpu = files.write('cpu.csv', 'Time,cpu_usage\n0,1\n15000,2\n30000,3\n');
    const memory = files.write('memory.csv', 'Time,mem_usage\n15000,20\n30000,30\n45000,40\n');
    const { name, histories } = await readDataSet([cpu, memory]);
    expect(name).to.equal('cpu+memory');
    expect(histories[0]?.cpuCores).to.deep.equal(Float64Array.of(1, 2, 3, NaN));
    expect(histories[0]?.memoryBytes).to.deep.equal(Float64Array.of(NaN, 20, 30, 40));
  });

  it('joins files of different steps at the coarser one: means of CPU, the last of memory', async () => {
    const cpu = files.write('cpu.csv', 'Time,cpu_usage\n0,1\n15000,2\n30000,4\n45000,6\n60000,8\n');
    const memory = files.write('memory.csv', 'Time,mem_usage\n0,10\n30000,30\n60000,60\n');
    const { histories } = await readDataSet([cpu, memory]);
    expect(histories[0]?.stepMs).to.equal(30_000);
    expect(histories[0]?.cpuCores).to.deep.equal(Float64Array.of(1, 3, 7));
    expect(histories[0]?.memoryBytes).to.deep.equal(Float64Array.of(10, 30, 60));
  });

  it('counts the calls of a log into the step that ends at or after them', async () => {
    const usage = files.write('usage.csv', rows(Array.from({ length: 4 }, () => [1, 1] as const)));
    const log = files.write('log.csv', '\uFEFF"99000"\n');
    expect((await failure(readDataSet([usage, log]))).message).to.include('none of its 1 calls');
    files.write('log.csv', 'tel:15000\n15001\n\n30000\n30001\n99000\n');
    const { histories } = await readDataSet([log, usage]);
    expect(histories[0]?.callsStarted).to.deep.equal(Float64Array.of(0, 1, 2, 1));
  });

  it("counts the invoker's calls by when they were sent", async () => {
    const usage = files.write('usage.csv', rows(Array.from({ length: 3 }, () => [1, 1] as const)));
    const calls = files.write(
      'calls.csv',
      'due_ms,sent_ms,latency_ms,payload_bytes,outcome,status\n14000,15001,1.5,10,ok,200\n14000,14000,9000,10,timeout,\n',
    );
    const { histories } = await readDataSet([usage, calls]);
    expect(histories[0]?.callsStarted).to.deep.equal(Float64Array.of(0, 1, 1));
  });

  it('takes calls from a column too, and refuses to count them twice', async () => {
    const usage = files.write('usage.csv', `${HEADER},invocations\n0,1,1,3\n15000,1,1,\n30000,1,1,4\n`);
    const { histories } = await readDataSet([usage]);
    expect(histories[0]?.callsStarted).to.deep.equal(Float64Array.of(3, NaN, 4));
    const log = files.write('log.csv', '15000\n');
    expect((await failure(readDataSet([usage, log]))).message).to.include('invocations already');
  });

  it('keeps a missing row a gap, neither 0 nor interpolated', async () => {
    const history = await read(`${HEADER}\n0,1,0.1\n15000,2,0.2\n45000,4,0.4\n60000,,0.5\n75000,6,0.6\n`);
    expect(history.cpuCores).to.deep.equal(Float64Array.of(0.1, 0.2, NaN, 0.4, 0.5, 0.6));
    expect(history.memoryBytes).to.deep.equal(Float64Array.of(1, 2, NaN, 4, NaN, 6));
  });

  it('sees no gap where samples only come early and late', async () => {
    const times = [0, 15_000, 33_000, 41_000, 62_000, 75_000, 90_000, 106_500, 122_000, 137_000];
    const history = await read(`${HEADER}\n${times.map((time, i) => `${time},${i + 1},${i}`).join('\n')}`);
    expect(history.stepMs).to.equal(15_000);
    expect(history.memoryBytes).to.deep.equal(Float64Array.from(times, (_, i) => i + 1));
  });

  it('follows a period that is slightly longer than a whole second without making gaps', async () => {
    const lines = Array.from({ length: 2000 }, (_, i) => `${Math.round(i * 15_020)},1,0.5`);
    const history = await read(`${HEADER}\n${lines.join('\n')}\n`);
    expect(history.cpuCores).to.have.length(2003);
    expect(history.cpuCores.every((value) => value === 0.5)).to.equal(true);
  });

  it('keeps what mixed steps leave open a gap', async () => {
    const history = await read(`${HEADER}\n0,1,1\n15000,1,1\n30000,1,1\n45000,1,1\n105000,1,2\n165000,1,3\n`);
    expect(history.cpuCores.slice(3)).to.deep.equal(Float64Array.of(1, NaN, NaN, NaN, 2, NaN, NaN, NaN, 3));
  });

  it('is laid on a longer step where one is asked for, and not on a shorter one', async () => {
    const text = rows(Array.from({ length: 9 }, (_, i) => [i, i] as const));
    const history = await read(text, { stepMs: 60_000 });
    expect(history.cpuCores).to.deep.equal(Float64Array.of(0, 2.5, 6.5));
    expect(history.memoryBytes).to.deep.equal(Float64Array.of(0, 4, 8));
    const path = files.write('usage.csv', text);
    expect((await failure(readDataSet([path], { stepMs: 5000 }))).message).to.include('finer than');
  });

  it('sorts rows, and takes those of one time that agree for one', async () => {
    const history = await read(`${HEADER}\n30000,3,0.3\n0,1,\n15000,2,0.2\n0,1,0.1\n15000,2,0.2\n`);
    expect(history.cpuCores).to.deep.equal(Float64Array.of(0.1, 0.2, 0.3));
  });

  it('takes a single row, a constant series and zeros as they are', async () => {
    expect((await read(rows([[5, 0.5]]))).cpuCores).to.deep.equal(Float64Array.of(0.5));
    expect(
      (
        await read(
          rows([
            [5, 0],
            [5, 0],
            [5, 0],
          ]),
        )
      ).cpuCores,
    ).to.deep.equal(new Float64Array(3));
  });

  it('is a folder of CSV files too, by whose name the function goes', async () => {
    const folder = join(files.folder, 'qrcode');
    mkdirSync(folder);
    files.write('qrcode/cpu_usage.csv', 'Time,cpu_usage\n0,1\n');
    files.write('qrcode/memory_usage.csv', 'Time,mem_usage\n0,2\n');
    files.write('qrcode/README.md', 'not data');
    const { name, histories } = await readDataSet([folder]);
    expect([name, histories[0]?.name]).to.deep.equal(['qrcode', 'qrcode']);
  });

  it('keeps functions apart that have a file each', async () => {
    const [a, b] = [files.write('a.csv', rows([[1, 1]])), files.write('b.csv', rows([[2, 2]]))];
    const { histories } = await readDataSet([a, b]);
    expect(histories.map(({ name }) => name)).to.deep.equal(['a', 'b']);
    expect((await failure(readDataSet([a, a]))).message).to.include('openfaas-fn/a is there twice');
    const log = files.write('log.csv', '0\n');
    expect((await failure(readDataSet([a, b, log]))).message).to.include('which of 2 functions');
  });

  it('reads 200 000 rows as they stream', async function () {
    const path = join(files.folder, 'long.csv');
    const lines = function* (): Generator<string> {
      yield `${HEADER}\r\n`;
      for (let i = 0; i < 200_000; i += 1) yield `${i * 15_000},${5e6 + (i % 1000)},${(i % 7) / 100}\r\n`;
    };
    await pipeline(Readable.from(lines()), createWriteStream(path));
    const [history] = (await readDataSet([path])).histories;
    expect(history?.cpuCores).to.have.length(200_000);
    expect(history?.memoryBytes.at(-1)).to.equal(5_000_999);
    expect(history?.cpuCores.every((value, i) => value === (i % 7) / 100)).to.equal(true);
  });

  it('is the reference data set, calls included (needs the reference data set)', async function () {
    if (!hasReference()) this.skip();
    const { histories } = await readDataSet([REFERENCE_FOLDER]);
    const [history] = histories;
    expect(histories).to.have.length(1);
    expect([history?.startMs, history?.stepMs]).to.deep.equal([1_672_557_210_000, 15_000]);
    expect(history?.cpuCores).to.have.length(1111);
    expect(history?.cpuCores.some(Number.isNaN)).to.equal(false);
    // Of 1049 calls, those up to the last sample.
    expect(history?.callsStarted?.reduce((sum, count) => sum + count, 0)).to.equal(952);
  });

  for (const [what, text, message] of [
    ['an empty file', '', 'usage.csv is empty'],
    ['blank lines alone', '\uFEFF\n\n', 'usage.csv is empty'],
    ['a header without rows', `${HEADER}\n\n`, 'usage.csv has no row below its first line'],
    ['another header', 'time,memory\n1,2\n', 'usage.csv, line 1: "time,memory" is neither'],
    ['a header without usage', '\nTime,note\n1,2\n', 'usage.csv, line 2: beside Time there is neither'],
    ['no header', '1672557210000,5144576,0.5\n', 'usage.csv, line 1: '],
    ['a column twice', `${HEADER},cpu_usage\n`, 'usage.csv, line 1: column cpu_usage is there twice'],
    ['a word', `${HEADER}\n0,1,1\n1,2,many\n`, 'usage.csv, line 3, column cpu_usage: "many" is not'],
    ['NaN written out', `${HEADER}\n0,NaN,1\n`, 'usage.csv, line 2, column mem_usage: "NaN" is not'],
    ['a hexadecimal number', `${HEADER}\n0,0x10,1\n`, 'usage.csv, line 2, column mem_usage: "0x10"'],
    ['a negative value', `${HEADER}\n0,1,-0.1\n`, 'usage.csv, line 2, column cpu_usage: "-0.1"'],
    ['an endless value', `${HEADER}\n0,1,1e400\n`, 'usage.csv, line 2, column cpu_usage: "1e400"'],
    ['a missing time', `${HEADER}\n,1,0.1\n`, 'usage.csv, line 2, column Time: "" is not a time'],
    [
      'Unix seconds',
      `${HEADER}\n1672557210,1,0.1\n`,
      'usage.csv, line 2: the time 1672557210 is in Unix seconds',
    ],
    ['a row cut short', `${HEADER}\n0,1,1\n\n15000,1`, 'usage.csv, line 4 has 2 cells, the first line 3'],
    [
      'rows of one time that differ',
      `${HEADER}\n5,1,1\n0,1,1\n5,1,2\n`,
      'usage.csv: lines 2 and 4 have the same Time 5',
    ],
    ['one time that is far off', `${HEADER}\n0,1,1\n1,1,1\n2,1,1\n99999999999,1,1\n`, 'more than 33554432'],
    ['a word in a log', '15000\nlater\n', 'usage.csv, line 2, column time: "later"'],
    ['an empty table of calls', 'due_ms,sent_ms\n', 'usage.csv holds no call'],
    ['calls without usage', '15000\n', 'usage.csv holds calls alone'],
  ] as const) {
    it(`refuses ${what}, saying where`, async () => {
      expect(await refused(text)).to.include(message);
    });
  }

  it('gives finite values or gaps for any table, or refuses it', async () => {
    const cell = fc.oneof(
      fc.nat(100_000).map(String),
      fc.double({ noNaN: true }).map(String),
      fc.constantFrom('', '0', '1e19', '-1', 'NaN', 'tel:5', '"7"', '"', ','),
    );
    const table = fc.array(fc.tuple(fc.nat(40), cell, cell), { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(table, async (drawn) => {
        const text = drawn.map(([step, memory, cpu]) => `${step * 5000},${memory},${cpu}`).join('\n');
        const path = files.write('any.csv', `${HEADER}\n${text}`);
        const [history] = await readDataSet([path]).then(
          ({ histories }) => histories,
          (error: unknown) => {
            expect(error).to.be.instanceOf(ForesizeError).with.property('code', 'data-invalid');
            return [];
          },
        );
        for (const column of history === undefined ? [] : [history.cpuCores, history.memoryBytes]) {
          expect(column).to.have.length(history?.cpuCores.length ?? 0);
          expect(column.every((value) => Number.isNaN(value) || (value >= 0 && value <= 1e18))).to.equal(
            true,
          );
        }
      }),
      { numRuns: 100 },
    );
  });

  it('refuses what is no text, what has no lines, and what is not there', async () => {
    expect(await refused(Buffer.from(HEADER, 'utf16le'))).to.include('not text in UTF-8');
    expect(await refused(Uint8Array.of(0x1f, 0x8b, 8, 0, 0xff))).to.include('not text in UTF-8');
    expect(await refused('1'.repeat(2 ** 17))).to.include('line 1 has more than 65536 characters');
    const missing = join(files.folder, 'missing.csv');
    expect((await failure(readDataSet([missing]))).message).to.include(`cannot read ${missing}: ENOENT`);
    mkdirSync(join(files.folder, 'empty'));
    expect((await failure(readDataSet([join(files.folder, 'empty')]))).message).to.include(
      'neither a recording',
    );
    expect((await failure(readDataSet([]))).message).to.include('no file or folder');
  });

  it('refuses two files that have no time in common, and two of one kind', async () => {
    const cpu = files.write('cpu.csv', 'Time,cpu_usage\n0,1\n15000,2\n');
    const memory = files.write('memory.csv', 'Time,mem_usage\n30000,20\n45000,30\n');
    expect((await failure(readDataSet([cpu, memory]))).message).to.include('no time in common');
    const other = files.write('other.csv', 'Time,cpu_usage\n0,1\n');
    expect((await failure(readDataSet([cpu, other]))).message).to.include(
      'what belongs together is not known',
    );
  });
});
