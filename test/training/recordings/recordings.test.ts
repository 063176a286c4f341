import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import type { FunctionHistory } from '#core/replay/history.ts';
import { CALL_COLUMNS, type Session } from '../../../training/recordings/format.ts';
import { readRecording, readSession } from '../../../training/recordings/read-recording.ts';
import { readRows } from '../../../training/recordings/table.ts';

const RECORDINGS = fileURLToPath(new URL('../../../training/recordings', import.meta.url));
const LEAST_MS = 30 * 60_000;

const known = (values: Float64Array | null): Float64Array =>
  (values ?? new Float64Array()).filter((value) => !Number.isNaN(value));

const sum = (values: Float64Array): number => values.reduce((total, value) => total + value, 0);

describe('the recordings that are shipped', () => {
  let directory = '';
  let session: Session;
  let histories: readonly FunctionHistory[] = [];

  before(async () => {
    const folders = (await readdir(RECORDINGS, { withFileTypes: true })).filter((entry) =>
      entry.isDirectory(),
    );
    directory = join(RECORDINGS, folders[0]?.name ?? '');
    session = await readSession(directory);
    ({ histories } = await readRecording(directory, 'all'));
  });

  it('are of three workloads under six patterns, one half of each held out', () => {
    const distinct = (of: (entry: Session['functions'][number]) => string): number =>
      new Set(session.functions.map(of)).size;
    expect(distinct(({ workload }) => workload)).to.equal(3);
    expect(distinct(({ pattern }) => pattern)).to.be.at.least(6);
    const heldOut = session.functions.filter(({ split }) => split === 'held-out');
    expect(heldOut).to.have.length(session.functions.length / 2);
    expect(distinct(({ workload, pattern, split }) => `${workload} ${pattern} ${split}`)).to.equal(3 * 6 * 2);
  });

  it('hold at least half an hour of each function', () => {
    for (const { name, stepMs, cpuCores, memoryBytes } of histories) {
      expect(known(cpuCores).length * stepMs, name).to.be.at.least(LEAST_MS);
      expect(known(memoryBytes).length * stepMs, name).to.be.at.least(LEAST_MS);
    }
  });

  it('hold plausible values only', () => {
    for (const { name, cpuCores, memoryBytes, memoryLimitBytes } of histories) {
      expect(Math.max(...known(cpuCores)), name).to.be.within(0.001, 2);
      const limit = Math.max(...known(memoryLimitBytes));
      const bytes = known(memoryBytes);
      expect(Math.min(...bytes), name).to.be.above(1e6);
      expect(Math.max(...bytes), name).to.be.at.most(limit);
    }
  });

  it('hold the calls that the gateway counted, each with its time', async () => {
    for (const { name, callsStarted } of histories) {
      let [calls, firstMs] = [0, Infinity];
      for await (const row of readRows(join(directory, name, 'calls.csv'), CALL_COLUMNS)) {
        firstMs = Math.min(firstMs, row.number('sent_ms'));
        calls += 1;
      }
      expect(firstMs, name).to.be.at.least(session.startedAtMs);
      expect(sum(known(callsStarted)), name).to.be.closeTo(calls, 5 + 0.02 * calls);
    }
  });

  it('hold counters that began again: every search was restarted twice', () => {
    const searches = histories.filter(({ name }) => name.startsWith('search-'));
    expect(searches).to.have.length(14);
    // A start costs more than a CPU-second, a call a thirtieth: 20 s of means apart from bursts.
    for (const { name, cpuCores } of searches.filter((one) => !one.name.includes('burst'))) {
      const starts = known(cpuCores).filter((cores) => cores * 15 > 0.7).length;
      expect(starts, name).to.be.at.least(2);
    }
  });
});
