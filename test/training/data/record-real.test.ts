import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect } from 'chai';
import getPort from 'get-port';
import { record, type RecordOptions } from '../../../training/data/prometheus/record.ts';
import { readDataSet } from '../../../training/data/read-data-set.ts';
import { eventually } from '../../support/eventually.ts';
import { findBinary } from '../../support/find-binary.ts';
import { temporaryFiles, type TemporaryFiles } from './temporary-files.ts';

const PROMETHEUS = findBinary('PROMETHEUS', 'prometheus');
const PROMTOOL = findBinary('PROMTOOL', 'promtool');
const MISSING = PROMETHEUS === undefined || PROMTOOL === undefined;

const HOUR_S = 3600;
/** A whole quarter of an hour, some hours ago. */
const FROM_S = Math.floor(Date.now() / 900_000) * 900 - 5 * HOUR_S;

const CONTAINER = 'container="qrcode",id="/a",namespace="openfaas-fn",pod="qrcode-7d9c9b5f4-x2x7k"';

/** Half an hour of a pod that uses 0.02 cores, then 0.06, sampled each 10 s; 15 calls each 10 s. */
function openMetrics(): string {
  const times = Array.from({ length: 181 }, (_, i) => i * 10);
  const family = (name: string, labels: string, type: string, value: (seconds: number) => number): string =>
    `# TYPE ${name.replace(/_total$/, '')} ${type}\n${times.map((at) => `${name}{${labels}} ${value(at)} ${FROM_S + at}\n`).join('')}`;
  return [
    family('container_cpu_usage_seconds_total', CONTAINER, 'counter', (at) =>
      Number((0.02 * Math.min(at, 900) + 0.06 * Math.max(0, at - 900)).toFixed(6)),
    ),
    family('container_memory_working_set_bytes', CONTAINER, 'gauge', (at) => 5e6 + at),
    family('container_spec_cpu_quota', CONTAINER, 'gauge', () => 10_000),
    family('container_spec_cpu_period', CONTAINER, 'gauge', () => 100_000),
    family(
      'gateway_function_invocation_started',
      'function_name="qrcode.openfaas-fn"',
      'gauge',
      (at) => at * 1.5,
    ),
    '# EOF\n',
  ].join('');
}

describe(`recording from a real Prometheus${MISSING ? ' (skipped: no prometheus and promtool on PATH, or in PROMETHEUS and PROMTOOL)' : ''}`, () => {
  let files: TemporaryFiles | undefined;
  let child: ChildProcess | undefined;
  let url = '';

  before(async function () {
    if (MISSING) this.skip();
    files = temporaryFiles();
    const data = join(files.folder, 'data');
    const text = files.write('samples.txt', openMetrics());
    execFileSync(PROMTOOL, ['tsdb', 'create-blocks-from', 'openmetrics', text, data], { stdio: 'ignore' });
    const port = await getPort();
    url = `http://127.0.0.1:${port}`;
    const config = files.write('prometheus.yml', 'global: {}\n');
    child = spawn(
      PROMETHEUS,
      [`--config.file=${config}`, `--storage.tsdb.path=${data}`, `--web.listen-address=127.0.0.1:${port}`],
      { stdio: 'ignore' },
    );
    await eventually(async () => (await fetch(`${url}/-/ready`)).ok, { timeoutMs: 20_000 });
  });

  after(async () => {
    if (child?.exitCode === null) {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    files?.remove();
  });

  const options = (folder: string, change: Partial<RecordOptions> = {}): RecordOptions => ({
    prometheus: { url },
    folder: join(files?.folder ?? '', folder),
    format: 'raw',
    namespace: 'openfaas-fn',
    functions: ['qrcode'],
    fromMs: FROM_S * 1000,
    toMs: (FROM_S + HOUR_S / 2) * 1000,
    chunkMs: 7 * 60_000,
    signal: new AbortController().signal,
    ...change,
  });

  it('gives the counters back as use, calls and limits, whatever the chunks', async () => {
    await record(options('raw', { toMs: (FROM_S + 1000) * 1000 }));
    await record(options('raw'));
    const [history] = (await readDataSet([options('raw').folder])).histories;
    const at = (column: Float64Array | null | undefined, seconds: number): number =>
      column?.[Math.round((FROM_S + seconds) * 1000 - (history?.startMs ?? 0)) / 15_000] ?? NaN;
    for (let seconds = 30; seconds < 1800; seconds += 15) {
      expect(at(history?.cpuCores, seconds), `cores at ${seconds} s`).to.be.closeTo(
        seconds <= 900 ? 0.02 : 0.06,
        1e-5,
      );
      expect(at(history?.callsStarted, seconds), `calls at ${seconds} s`).to.be.closeTo(22.5, 1e-5);
      expect(at(history?.memoryBytes, seconds)).to.equal(5e6 + Math.floor(seconds / 10) * 10);
    }
    expect(at(history?.cpuLimitCores, 900)).to.equal(0.1);
  });

  it("gives the study's rate over five minutes: a staircase between the same two levels", async () => {
    await record(options('study', { format: 'seed-csv' }));
    const [history] = (await readDataSet([options('study').folder])).histories;
    const values = [...(history?.cpuCores ?? [])];
    const stepOf = (seconds: number): number =>
      Math.round(((FROM_S + seconds) * 1000 - (history?.startMs ?? 0)) / 15_000);
    expect(values[stepOf(900)]).to.be.closeTo(0.02, 1e-4);
    expect(values[stepOf(1050)]).to.be.closeTo(0.04, 1e-3);
    expect(values[stepOf(1215)]).to.be.closeTo(0.06, 1e-4);
    expect(history?.cpuMeanMs).to.equal(300_000);
  });
});
