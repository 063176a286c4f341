import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { execa } from 'execa';
import type { FunctionHistory } from '#core/replay/history.ts';
import { record, type RecordOptions } from '../../../training/data/prometheus/record.ts';
import { readDataSet } from '../../../training/data/read-data-set.ts';
import { failure } from '../../support/failure.ts';
import { smallPrometheus, type SmallPrometheus } from './small-prometheus.ts';
import { temporaryFiles, type TemporaryFiles } from './temporary-files.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const SCRIPT =
  "import { recordCommand } from './cli/commands/record.ts'; await recordCommand().parseAsync(process.argv.slice(1), { from: 'user' });";

const FROM_MS = Date.parse('2026-01-31T00:00Z');
const HOUR_MS = 3_600_000;

describe('a recording from Prometheus', () => {
  let files: TemporaryFiles;
  let prometheus: SmallPrometheus;
  let folder = '';

  beforeEach(async () => {
    files = temporaryFiles();
    folder = join(files.folder, 'recording');
    prometheus = await smallPrometheus();
  });

  afterEach(async () => {
    await prometheus.close();
    files.remove();
  });

  const options = (change: Partial<RecordOptions> = {}): RecordOptions => ({
    prometheus: { url: prometheus.url },
    folder,
    format: 'raw',
    namespace: 'openfaas-fn',
    fromMs: FROM_MS,
    toMs: FROM_MS + HOUR_MS,
    chunkMs: HOUR_MS / 4,
    signal: new AbortController().signal,
    ...change,
  });

  async function read(path = folder): Promise<FunctionHistory> {
    const { histories } = await readDataSet([path]);
    expect(histories).to.have.length(1);
    return histories[0]!;
  }

  const chunks = (): string[] => readdirSync(join(folder, 'chunks')).sort();

  it('becomes the history of a function by its counters, calls and limits', async () => {
    const progress: number[] = [];
    const summary = await record(
      options({ onProgress: ({ recordedToMs }) => progress.push(recordedToMs - FROM_MS) }),
    );
    expect(summary).to.include({
      chunks: 4,
      complete: true,
      continued: false,
      recordedToMs: FROM_MS + HOUR_MS,
    });
    expect(progress).to.deep.equal([0, 0.25, 0.5, 0.75, 1].map((share) => share * HOUR_MS));
    const history = await read();
    expect(history).to.include({
      name: 'qrcode',
      namespace: 'openfaas-fn',
      stepMs: 15_000,
      cpuMeanMs: 15_000,
    });
    expect(history.startMs + (history.cpuCores.length - 1) * 15_000).to.equal(FROM_MS + HOUR_MS);
    const inside = (column: Float64Array | null): readonly number[] => [...new Set(column?.slice(1, -1))];
    expect(inside(history.cpuCores)).to.deep.equal([0.05]);
    expect(inside(history.callsStarted)).to.deep.equal([1.5]);
    expect(inside(history.cpuLimitCores)).to.deep.equal([0.2]);
    expect(inside(history.memoryLimitBytes)).to.deep.equal([4e7]);
    expect(history.memoryBytes.slice(1, -1).every((value) => value >= 5e6)).to.equal(true);
  });

  it('goes on where it ended, and asks for nothing twice', async () => {
    await record(options());
    prometheus.endsMs.length = 0;
    const summary = await record(options({ fromMs: FROM_MS + HOUR_MS / 2, toMs: FROM_MS + 1.5 * HOUR_MS }));
    expect(summary).to.include({ fromMs: FROM_MS, chunks: 2, continued: true });
    expect(Math.min(...prometheus.endsMs)).to.equal(FROM_MS + 1.25 * HOUR_MS);
    const whole = join(files.folder, 'whole');
    await record(options({ folder: whole, toMs: FROM_MS + 1.5 * HOUR_MS, chunkMs: HOUR_MS }));
    expect(await read()).to.deep.equal(await read(whole));
    prometheus.endsMs.length = 0;
    expect(await record(options())).to.include({ chunks: 0, samples: 0, complete: true });
    expect(prometheus.endsMs).to.deep.equal([]);
  });

  it('loses only the chunk it was at when it is killed, and leaves no half of it', async () => {
    prometheus.answersUntilMs = FROM_MS + HOUR_MS / 2;
    const reached = prometheus.unanswered();
    const words = [
      '--url',
      prometheus.url,
      '--from',
      String(FROM_MS),
      '--to',
      String(FROM_MS + HOUR_MS),
      '--chunk',
      '15m',
    ];
    const child = execa(
      process.execPath,
      ['--import', 'tsx', '--input-type=module', '--eval', SCRIPT, '--', folder, ...words],
      { cwd: ROOT, reject: false },
    );
    await reached;
    child.kill('SIGKILL');
    await child;
    expect(chunks()).to.have.length(2);
    // As a kill in the middle of a write would leave it.
    writeFileSync(join(folder, 'chunks', `${FROM_MS + HOUR_MS / 2}-x.jsonl.0.tmp`), '{"query":"cpuSec');
    expect((await read()).cpuCores).to.have.length(120);
    prometheus.answersUntilMs = Infinity;
    expect(await record(options())).to.include({ chunks: 2, continued: true });
    expect(chunks()).to.have.length(4);
    const whole = join(files.folder, 'whole');
    await record(options({ folder: whole }));
    expect(await read()).to.deep.equal(await read(whole));
  });

  it('ends in good order when it is interrupted', async () => {
    prometheus.answersUntilMs = FROM_MS + HOUR_MS / 2;
    const controller = new AbortController();
    const reached = prometheus.unanswered();
    const running = record(options({ signal: controller.signal }));
    await reached;
    controller.abort();
    expect(await running).to.include({ chunks: 2, complete: false, recordedToMs: FROM_MS + HOUR_MS / 2 });
  });

  it("writes the study's own queries as the study's CSV, a file a function", async () => {
    await record(options({ format: 'seed-csv', functions: ['qrcode'] }));
    const [header, first] = readFileSync(join(folder, 'qrcode.csv'), 'utf8').split('\n');
    expect(header).to.equal('Time,mem_usage,cpu_usage');
    expect(first).to.equal(`${FROM_MS + 15_000},${5e6 + ((FROM_MS / 1000 + 15) % 1000)},0.05`);
    const history = await read();
    expect(history).to.include({ startMs: FROM_MS + 15_000, cpuMeanMs: 300_000, callsStarted: null });
    expect(history.cpuCores).to.deep.equal(new Float64Array(240).fill(0.05));
    expect({ ...(await read(join(folder, 'qrcode.csv'))) }).to.deep.equal(history);
  });

  it('refuses a folder that records something else, and no time at all', async () => {
    await record(options());
    for (const [change, message] of [
      [{ format: 'seed-csv' }, 'is raw, not seed-csv'],
      [{ functions: ['resize'] }, 'is of other functions'],
      [{ fromMs: FROM_MS - 1 }, 'begins at 2026-01-31T00:00:00.000Z'],
    ] as const) {
      const error = await failure(record(options(change)));
      expect(`${error.code}: ${error.message}`)
        .to.match(/^recording-mismatch: /)
        .and.include(message);
    }
    const none = await failure(record(options({ folder: join(files.folder, 'none'), toMs: FROM_MS })));
    expect(none.code).to.equal('data-invalid');
    expect((await read()).cpuCores).to.have.length(240);
  });

  it('says that there was no sample, and leaves nothing to go on from', async () => {
    const nothing = {
      cpuSeconds: 'absent_metric{}',
      memoryBytes: 'absent_metric{}',
      started: 'absent_metric{}',
    };
    const others = {
      completed: 'absent_metric{}',
      cpuQuota: 'absent_metric{}',
      cpuPeriod: 'absent_metric{}',
    };
    const queries = { ...nothing, ...others, memoryLimitBytes: 'absent_metric{}' };
    expect((await failure(record(options({ queries, functions: ['qr'] })))).message).to.include(
      'no sample of qr in',
    );
    expect(readdirSync(folder)).to.deep.equal([]);
    expect((await failure(readDataSet([folder]))).code).to.equal('data-invalid');
  });

  it('keeps what it has when Prometheus fails, and says what it said', async () => {
    await record(options());
    const url = 'http://127.0.0.1:1';
    const error = await failure(record(options({ prometheus: { url }, toMs: FROM_MS + 2 * HOUR_MS })));
    expect(error.code).to.equal('source-unavailable');
    expect((await read()).cpuCores).to.have.length(240);
  });

  it('is refused where a chunk is missing or broken, by file and line', async () => {
    await record(options());
    const [, second = '', third = ''] = chunks().map((name) => join(folder, 'chunks', name));
    const text = readFileSync(second, 'utf8');
    for (const broken of ['{"query":', '{}', '{"query":"q","labels":{},"timesMs":[1],"values":[]}']) {
      writeFileSync(second, `${text}${broken}\n`);
      const line = text.split('\n').length;
      expect((await failure(readDataSet([folder]))).message).to.include(
        `${second}, line ${line}: this is no series`,
      );
    }
    rmSync(second);
    expect((await failure(readDataSet([folder]))).message).to.include(`${third}: the chunk that begins at`);
    writeFileSync(join(folder, 'recording.json'), '{"version":2}');
    expect((await failure(readDataSet([folder]))).message).to.include('recording.json: ');
  });
});
