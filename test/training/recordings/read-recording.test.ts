import { appendFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { FunctionHistory } from '#core/replay/history.ts';
import { readRecording } from '../../../training/recordings/read-recording.ts';
import { failure } from '../../support/failure.ts';
import { recordedFunction, sessionOf } from './small-session.ts';

const START_MS = 1_790_000_000_000 - (1_790_000_000_000 % 15_000);
const at = (seconds: number): number => START_MS + seconds * 1000;

const SESSION = sessionOf('small', START_MS, [
  recordedFunction('work-a', 'choice'),
  recordedFunction('work-b', 'held-out'),
]);

const USAGE =
  'time_ms,pod,started_ms,cpu_seconds,throttled_seconds,throttled_periods,memory_bytes,oom_events,cpu_limit_cores,memory_limit_bytes';

/** A container's samples every 15 s: its counter, and 40 MB. */
const samples = (pod: string, startedMs: number, fromSeconds: number, cpu: readonly number[]): string[] =>
  cpu.map(
    (seconds, i) => `${at(fromSeconds + 15 * i)},${pod},${startedMs},${seconds},,,40000000,0,0.5,268435456`,
  );

describe('reading a recording', () => {
  let folder = '';

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'foresize-recording-'));
    await writeFile(join(folder, 'session.json'), JSON.stringify(SESSION));
    for (const name of ['work-a', 'work-b']) {
      await mkdir(join(folder, name));
      // Started well before, then used 3 CPU-seconds in each 15 s, then a new pod that begins at 0.
      const rows = [
        ...samples(`${name}-1234567890-abcde`, at(-600), 0, [100, 103, 106]),
        ...samples(`${name}-1234567890-fghij`, at(31), 45, [6, 7.5, 9]),
      ];
      await writeFile(join(folder, name, 'usage.csv'), `${[USAGE, ...rows].join('\n')}\n`);
      await writeFile(
        join(folder, name, 'gateway.csv'),
        `time_ms,started,completed\n${[0, 15, 30, 45, 60, 75].map((s, i) => `${at(s)},${2 * i},${2 * i}\n`).join('')}`,
      );
      await writeFile(
        join(folder, name, 'pods.csv'),
        `time_ms,pod,started_ms,ready_since_ms,restarts,last_reason,last_exit_code,last_ended_ms\n${at(40)},${name}-1234567890-fghij,${at(31)},${at(32)},1,OOMKilled,137,${at(30)}\n`,
      );
    }
  });

  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  async function first(): Promise<FunctionHistory> {
    const [history] = (await readRecording(folder, 'choice')).histories;
    if (history === undefined) throw new Error('no history');
    return history;
  }

  it('makes cores, memory, calls and limits of raw counters, a step of 15 s each', async () => {
    const history = await first();
    expect(history).to.include({
      name: 'work-a',
      namespace: 'openfaas-fn',
      stepMs: 15_000,
      cpuMeanMs: 15_000,
    });
    expect(history.startMs).to.equal(at(15));
    expect([...history.memoryBytes]).to.deep.equal([4e7, 4e7, 4e7, 4e7, 4e7]);
    expect([...(history.callsStarted ?? [])]).to.deep.equal([2, 2, 2, 2, 2]);
    expect([...(history.cpuLimitCores ?? [])].slice(0, 2)).to.deep.equal([0.5, 0.5]);
    expect([...(history.memoryLimitBytes ?? [])].slice(0, 2)).to.deep.equal([2 ** 28, 2 ** 28]);
  });

  it('begins a new pod’s counter at 0, so that what its start cost is there', async () => {
    const { cpuCores } = await first();
    expect(cpuCores[0]).to.be.closeTo(0.2, 1e-9);
    expect(cpuCores[1]).to.be.closeTo(0.2, 1e-9);
    // 6 CPU-seconds in the 14 s since its start.
    expect(cpuCores[2]).to.be.closeTo(6 / 14, 1e-6);
    expect(cpuCores[3]).to.be.closeTo(0.1, 1e-9);
  });

  it('tells when pods were ended for want of memory', async () => {
    expect((await first()).oomKillsMs).to.deep.equal([at(30)]);
  });

  it('gives what may be chosen by, what is held out, or all', async () => {
    const names = async (split: 'choice' | 'held-out' | 'all'): Promise<string[]> =>
      (await readRecording(folder, split)).histories.map(({ name }) => name);
    expect(await names('choice')).to.deep.equal(['work-a']);
    expect(await names('held-out')).to.deep.equal(['work-b']);
    expect(await names('all')).to.deep.equal(['work-a', 'work-b']);
  });

  it('gives all functions the same span, also one that was never sampled', async () => {
    await writeFile(join(folder, 'work-a', 'usage.csv'), `${USAGE}\n`);
    const [a, b] = (await readRecording(folder, 'all')).histories;
    expect(a?.startMs).to.equal(b?.startMs);
    expect([...(a?.cpuCores ?? [])].map(Number.isNaN)).to.deep.equal([true, true, true, true, true]);
  });

  it('leaves out a last row that was cut off as it was written', async () => {
    const whole = await first();
    await appendFile(join(folder, 'work-a', 'usage.csv'), `${at(90)},work-a-12345`);
    expect(await first()).to.deep.equal(whole);
  });

  it('is refused with file, line and column where it is not a recording', async () => {
    const usage = join(folder, 'work-a', 'usage.csv');
    const refusal = async (): Promise<string> => {
      const error = await failure(readRecording(folder, 'choice'));
      expect(error.code).to.equal('data-invalid');
      return error.message;
    };
    await writeFile(usage, `${USAGE}\n${at(0)},p,1,much,,,,,,\n`);
    expect(await refusal()).to.include(`${usage}, line 2, column cpu_seconds: "much"`);
    await writeFile(usage, `${USAGE}\n1,2,3\n`);
    expect(await refusal()).to.include('line 2 has 3 cells where 10 belong');
    await writeFile(usage, 'Time,cpu_usage\n');
    expect(await refusal()).to.include('line 1: the header is "Time,cpu_usage"');
    await rm(usage);
    expect(await refusal()).to.include('cannot read');
    await writeFile(join(folder, 'session.json'), '{"version":2}');
    expect(await refusal()).to.include('session.json, version');
    await writeFile(join(folder, 'session.json'), 'none');
    expect(await refusal()).to.include('is not JSON');
  });
});
