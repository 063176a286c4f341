import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { CallSeries, ContainerSeries, PodFacts } from '#core/usage/reading.ts';
import { planFunctions } from '../../../scripts/record/plan.ts';
import { SessionWriter } from '../../../scripts/record/session-writer.ts';
import { readRecording, readSession } from '../../../training/recordings/read-recording.ts';
import { NO_RESOURCES } from '../../support/no-resources.ts';
import { sessionOf } from '../../training/recordings/small-session.ts';

const START_MS = 1_790_000_010_000;
const [RECORDED] = planFunctions(1);
const NAME = RECORDED?.name ?? '';

const SESSION = sessionOf('small', START_MS, RECORDED === undefined ? [] : [RECORDED]);

/** What a source hands over after `samples` samples: all of them, each time. */
function containers(samples: number, container = NAME): ContainerSeries {
  const column = (valueOf: (at: number) => number) =>
    Float64Array.from({ length: samples }, (_, at) => valueOf(at));
  return {
    namespace: 'openfaas-fn',
    pod: `${container}-1234567890-abcde`,
    container,
    startedAtMs: START_MS - 1000,
    timesMs: column((at) => START_MS + 15_000 * at),
    cpuSeconds: column((at) => 3 * at),
    throttledSeconds: column(() => NaN),
    throttledPeriods: column(() => NaN),
    memoryBytes: column(() => 4e7),
    oomEvents: column(() => 0),
    cpuLimitCores: column(() => NaN),
    memoryLimitBytes: column(() => 2 ** 28),
  };
}

function calls(samples: number): CallSeries {
  const column = (valueOf: (at: number) => number) =>
    Float64Array.from({ length: samples }, (_, at) => valueOf(at));
  return {
    namespace: 'openfaas-fn',
    functionName: NAME,
    timesMs: column((at) => START_MS + 15_000 * at),
    started: column((at) => 4 * at),
    completed: column((at) => 4 * at),
    durationBoundsSeconds: [],
    durationCounts: [],
  };
}

const facts = (restarts: number): PodFacts => ({
  namespace: 'openfaas-fn',
  functionName: NAME,
  pod: `${NAME}-1234567890-abcde`,
  container: NAME,
  uid: 'u',
  node: null,
  qosClass: 'Burstable',
  ready: true,
  readySinceMs: START_MS,
  startedAtMs: START_MS - 1000,
  restarts,
  lastTermination: null,
  desired: NO_RESOURCES,
  inForce: NO_RESOURCES,
});

describe('writing a session down', () => {
  let home = '';
  let folder = '';
  let writer: SessionWriter;

  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'foresize-session-'));
    folder = join(home, 'recordings', 'small');
    writer = await SessionWriter.create(folder, SESSION);
  });

  afterEach(async () => {
    await rm(home, { recursive: true });
  });

  const linesOf = async (path: string): Promise<string[]> =>
    (await readFile(join(folder, path), 'utf8')).trimEnd().split('\n');

  it('is read again as what was measured', async () => {
    writer.containers([containers(4)]);
    writer.calls([calls(4)]);
    await writer.flush();
    const [history] = (await readRecording(folder, 'all')).histories;
    expect([...(history?.cpuCores ?? [])]).to.deep.equal([0.2, 0.2, 0.2]);
    expect([...(history?.callsStarted ?? [])]).to.deep.equal([4, 4, 4]);
    expect(await readSession(folder)).to.deep.equal(SESSION);
  });

  it('adds to each file what is new in a reading, and nothing twice', async () => {
    for (const samples of [1, 2, 2, 4]) {
      writer.containers([containers(samples)]);
      writer.calls([calls(samples)]);
      await writer.flush();
    }
    expect(await linesOf(`${NAME}/usage.csv`)).to.have.length(5);
    expect(await linesOf(`${NAME}/gateway.csv`)).to.have.length(5);
    expect((await linesOf(`${NAME}/usage.csv`))[1]).to.equal(
      `${START_MS},${NAME}-1234567890-abcde,${START_MS - 1000},0,,,40000000,0,,268435456`,
    );
  });

  it('writes a pod down whenever it has changed', async () => {
    for (const restarts of [0, 0, 1, 1]) writer.pods(START_MS, [facts(restarts)]);
    await writer.flush();
    const rows = (await linesOf(`${NAME}/pods.csv`)).slice(1);
    expect(rows.map((row) => row.split(',')[4])).to.deep.equal(['0', '1']);
  });

  it('refuses to write over a session', async () => {
    const error: unknown = await SessionWriter.create(folder, SESSION).catch((reason: unknown) => reason);
    expect(error).to.have.property('code', 'EEXIST');
  });

  it('leaves other functions of the platform out', async () => {
    writer.containers([containers(2, 'stranger')]);
    await writer.flush();
    expect(await linesOf(`${NAME}/usage.csv`)).to.have.length(1);
  });
});
