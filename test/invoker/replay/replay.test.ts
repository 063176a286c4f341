import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { openReplay, type ReplayOptions } from '../../../invoker/replay/replay.ts';
import { replayText } from '../../../invoker/replay/report.ts';
import { failure } from '../../support/failure.ts';

const MINUTES = Array.from({ length: 1440 }, (_, minute) => minute + 1);
const HEADER = `HashOwner,HashApp,HashFunction,Trigger,${MINUTES.join(',')}`;
const [OWNER, APP] = ['a1'.repeat(32), 'b2'.repeat(32)];
const [FIRST, SECOND] = ['c3'.repeat(32), 'd4'.repeat(32)];

const traceRow = (hash: string, trigger: string, callsOf: (minute: number) => number): string =>
  [OWNER, APP, hash, trigger, ...MINUTES.map((minute) => callsOf(minute))].join(',');

const TRACE = [
  HEADER,
  traceRow(FIRST, 'timer', (minute) => (minute % 5 === 0 ? 1 : 0)),
  traceRow(SECOND, 'http', (minute) => (minute === 3 ? 40 : minute === 1440 ? 2 : 0)),
].join('\r\n');

const DURATIONS = [
  'HashOwner,HashApp,HashFunction,Average,Count,Minimum,Maximum,percentile_Average_0,percentile_Average_1,percentile_Average_25,percentile_Average_50,percentile_Average_75,percentile_Average_99,percentile_Average_100',
  `${OWNER},${APP},${SECOND},812,42,3,9000,3,4,100,333.5,900,8000,9000`,
].join('\n');

const MEMORY = [
  'HashOwner,HashApp,SampleCount,AverageAllocatedMb,AverageAllocatedMb_pct1,AverageAllocatedMb_pct5,AverageAllocatedMb_pct25,AverageAllocatedMb_pct50,AverageAllocatedMb_pct75,AverageAllocatedMb_pct95,AverageAllocatedMb_pct99,AverageAllocatedMb_pct100',
  `${OWNER},${'0'.repeat(64)},1,1,1,1,1,1,1,1,1,1`,
  `${OWNER},${APP},640,185,90,100,150,180,200,240,250,251.7`,
].join('\n');

describe('replaying', () => {
  let folder = '';

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'foresize-replay-'));
  });

  after(async () => {
    await rm(folder, { recursive: true });
  });

  async function file(name: string, text: string): Promise<string> {
    const path = join(folder, name);
    await writeFile(path, text);
    return path;
  }

  const due = async (options: Omit<ReplayOptions, 'seed'> & { seed?: number }): Promise<number[]> => [
    ...(await openReplay({ seed: 1, ...options })).arrivals,
  ];

  const refusal = async (options: Omit<ReplayOptions, 'seed'>): Promise<string> => {
    const error = await failure(openReplay({ seed: 1, ...options }));
    expect(error).to.have.property('code', 'load-invalid');
    return error.message;
  };

  describe('a log', () => {
    it('keeps its spacing, from its first call on', async () => {
      const log = await file('log.csv', '1672561201347\n1672561260798\r\n\n1672561260951\n');
      expect(await due({ file: log })).to.deep.equal([0, 59_451, 59_604]);
      const { calls, durationMs, trace } = await openReplay({ file: log, seed: 1 });
      expect({ calls, durationMs, trace }).to.deep.equal({ calls: 3, durationMs: 59_605, trace: null });
    });

    it('goes as many times faster as is asked for', async () => {
      const log = await file('fast.csv', '1672561201000\n1672561261000\n');
      expect(await due({ file: log, speed: 120 })).to.deep.equal([0, 500]);
    });

    it('is as well the CSV of calls, whose rows stand in the order in which calls ended', async () => {
      const rows = [
        'due_ms,sent_ms,latency_ms,payload_bytes,outcome,status',
        '1672561202000,1672561202001,3.0,8,ok,200',
        '1672561201000,1672561201001,9000.0,8,timeout,',
      ];
      expect(await due({ file: await file('calls.csv', rows.join('\n')) })).to.deep.equal([0, 1000]);
    });

    it('is refused with file, line and column where it holds what is no time', async () => {
      const path = await file('text.csv', '1672561201347\nyesterday\n');
      expect(await refusal({ file: path })).to.include(`${path}, line 2, column due_ms: "yesterday"`);
      const seconds = await file('seconds.csv', '1672561201\n');
      expect(await refusal({ file: seconds })).to.include('is in Unix seconds');
      const negative = await file('negative.csv', '1672561201347\n-5\n');
      expect(await refusal({ file: negative })).to.include('line 2');
      const header = await file('header.csv', 'time\n1672561201347\n');
      expect(await refusal({ file: header })).to.include('line 1: "time" begins neither a log');
    });

    it('is refused where it is empty, absent or no text', async () => {
      expect(await refusal({ file: await file('empty.csv', '\n\n') })).to.include('is empty');
      expect(await refusal({ file: await file('none.csv', 'due_ms,x\n') })).to.include('holds no calls');
      expect(await refusal({ file: join(folder, 'absent.csv') })).to.include('cannot read');
      const endless = await file('endless.csv', '1'.repeat(400_000));
      expect(await refusal({ file: endless })).to.include('line 1 has more than 65536 characters');
    });

    it('has no rows to choose from', async () => {
      const log = await file('log.csv', '1672561201347\n');
      expect(await refusal({ file: log, row: '1' })).to.include('is no trace, so it has no row');
      expect(await refusal({ file: log, speed: 0 })).to.include('speed 0');
    });
  });

  describe('a row of the Azure Functions trace', () => {
    it('sends each minute’s calls within the minute, at random moments by the seed', async () => {
      const path = await file('trace.csv', TRACE);
      const offsets = await due({ file: path, row: '2' });
      expect(offsets).to.have.length(42);
      expect(offsets).to.deep.equal(offsets.toSorted((a, b) => a - b));
      expect(offsets.slice(0, 40).every((ms) => ms >= 120_000 && ms < 180_000)).to.equal(true);
      expect(offsets.slice(40).every((ms) => ms >= 1439 * 60_000 && ms < 1440 * 60_000)).to.equal(true);
      expect(new Set(offsets.map((ms) => Math.floor(ms / 10_000) % 6)).size).to.equal(6);
      expect(await due({ file: path, row: '2' })).to.deep.equal(offsets);
      expect(await due({ file: path, row: '2', seed: 2 })).not.to.deep.equal(offsets);
    });

    it('is found by the hash of the function too, and goes faster where that is asked for', async () => {
      const path = await file('trace.csv', TRACE);
      const { calls, durationMs, trace } = await openReplay({ file: path, row: FIRST, speed: 24, seed: 1 });
      expect({ calls, durationMs }).to.deep.equal({ calls: 288, durationMs: 3_600_000 });
      expect(trace).to.include({ hash: FIRST, owner: OWNER, app: APP, trigger: 'timer', durationMs: null });
      expect((await due({ file: path, row: FIRST, speed: 24 })).at(-1)).to.be.below(3_600_000);
    });

    it('says what the trace knows of duration and memory', async () => {
      const replay = await openReplay({
        file: await file('trace.csv', TRACE),
        row: SECOND,
        durations: await file('durations.csv', DURATIONS),
        memory: await file('memory.csv', MEMORY),
        seed: 1,
      });
      expect(replay.trace?.durationMs).to.deep.include({ mean: 812, count: 42, minimum: 3, maximum: 9000 });
      expect(replay.trace?.durationMs?.percentiles[3]).to.deep.equal([50, 333.5]);
      expect(replay.trace?.allocatedMb).to.deep.include({ mean: 185, count: 640 });
      expect(replayText(replay).split('\n')).to.deep.equal([
        'replay   42 calls in 1d',
        'function d4d4d4d4d4d4, trigger http, at most 40 calls a minute',
        'duration mean 812 ms (p0 3, p1 4, p25 100, p50 334, p75 900, p99 8000, p100 9000)',
        'memory   mean 185 MB (p1 90, p5 100, p25 150, p50 180, p75 200, p95 240, p99 250, p100 252) of its app',
        '',
      ]);
    });

    it('knows nothing of a function that the other files leave out', async () => {
      const replay = await openReplay({
        file: await file('trace.csv', TRACE),
        row: '1',
        durations: await file('durations.csv', DURATIONS),
        seed: 1,
      });
      expect(replay.trace).to.include({ durationMs: null, allocatedMb: null });
    });

    it('is refused where the row is not named or not there', async () => {
      const path = await file('trace.csv', TRACE);
      expect(await refusal({ file: path })).to.include('name one by its row (from 1) or its hash');
      for (const row of ['3', '0', 'e5'.repeat(32)]) {
        expect(await refusal({ file: path, row })).to.include(`has 2 functions and none of them is ${row}`);
      }
    });

    it('is refused with file, line and column where a file is not what it should be', async () => {
      const text = await file('text.csv', TRACE.replace(',0,40,0,', ',0,many,0,'));
      expect(await refusal({ file: text, row: '2' })).to.include(`${text}, line 3, column 3: "many"`);
      const half = await file('half.csv', TRACE.replace(',0,40,0,', ',0,0.5,0,'));
      expect(await refusal({ file: half, row: '2' })).to.include('is not a whole number');
      const short = await file('short.csv', TRACE.slice(0, -2));
      expect(await refusal({ file: short, row: '2' })).to.include(
        'line 3 has 1443 cells where the header has 1444',
      );
      const path = await file('trace.csv', TRACE);
      const durations = await file('wrong.csv', DURATIONS.replace('Average,Count', 'Mean,Count'));
      expect(await refusal({ file: path, row: '2', durations })).to.include(
        'line 1: there is no column Average',
      );
      const memory = await file('memory.csv', MEMORY.replace(',185,', ',?,'));
      expect(await refusal({ file: path, row: '2', memory })).to.include(
        `${memory}, line 3, column AverageAllocatedMb: "?" is not a number`,
      );
    });
  });
});
