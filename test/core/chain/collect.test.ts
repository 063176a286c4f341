import { expect } from 'chai';
import { collectCycle, type CollectOptions } from '#core/chain/collect.ts';
import { ForesizeError } from '#core/errors/error.ts';
import type { UsageMessage } from '#core/messages/usage.ts';
import { NOW } from '../policy/situation.ts';
import {
  collectPorts,
  COLLECT_OPTIONS,
  CYCLE,
  live,
  PERIOD_MS,
  recordingCarrier,
  reported,
  signal,
  usedContainer,
} from './in-memory.ts';

/** Room for one function and no second. */
const ONE_A_SHARD: CollectOptions = { ...COLLECT_OPTIONS, shardBytes: 5000 };

const many = (count: number) => Array.from({ length: count }, (_, i) => live(`f${i}`));
const namesOf = ({ functions }: UsageMessage): string[] => functions.map(({ name }) => name);

describe('a cycle of collect', () => {
  it('sends the usage of all functions on, stamped with cycle, grid and horizon', async () => {
    const carrier = recordingCarrier();
    const report = await collectCycle(collectPorts(many(3), carrier), COLLECT_OPTIONS, signal);
    expect(report).to.deep.equal({ cycle: CYCLE, status: 'done', functions: 3, decisions: [], failures: [] });
    const [usage, ...others] = carrier.carried;
    expect(others).to.deep.equal([]);
    expect(usage).to.deep.include({
      version: 1,
      installation: 'foresize',
      cycle: CYCLE,
      shard: 0,
      shards: 1,
      at: NOW,
      stepMs: 15_000,
      horizonMs: 75_000,
    });
    expect(usage && namesOf(usage)).to.deep.equal(['f0', 'f1', 'f2']);
    const [first] = usage?.functions ?? [];
    expect(first?.forecaster).to.equal('auto');
    expect(first?.series.cpuCores).to.have.length(20);
    expect(first?.series.cpuCores.at(-1)).to.be.closeTo(0.1, 1e-9);
  });

  it('is one a period: the second call of it is busy, and nothing is sent twice', async () => {
    const carrier = recordingCarrier();
    const ports = collectPorts(many(1), carrier);
    await collectCycle(ports, COLLECT_OPTIONS, signal);
    const second = await collectCycle(ports, COLLECT_OPTIONS, signal);
    expect(second).to.deep.equal({ cycle: CYCLE, status: 'busy', functions: 0, decisions: [], failures: [] });
    expect(carrier.carried).to.have.length(1);
    const later = await collectCycle({ ...ports, clock: () => NOW + PERIOD_MS }, COLLECT_OPTIONS, signal);
    expect(later).to.include({ cycle: CYCLE + 1, status: 'done' });
  });

  it('is cut into shards by size, each function whole and in one of them', async () => {
    const carrier = recordingCarrier();
    await collectCycle(collectPorts(many(5), carrier), ONE_A_SHARD, signal);
    expect(carrier.carried.map(namesOf)).to.deep.equal([['f0'], ['f1'], ['f2'], ['f3'], ['f4']]);
    expect(carrier.carried.map(({ shard, shards }) => [shard, shards])).to.deep.equal(
      [0, 1, 2, 3, 4].map((shard) => [shard, 5]),
    );
    for (const usage of carrier.carried) {
      expect(JSON.stringify(usage).length).to.be.lessThan(ONE_A_SHARD.shardBytes);
    }
  });

  it('has no more shards on their way at once than it may', async () => {
    let underWay = 0;
    let most = 0;
    const carrier = recordingCarrier(async (usage) => {
      most = Math.max(most, ++underWay);
      await new Promise((resolve) => setImmediate(resolve));
      underWay--;
      return reported(usage);
    });
    await collectCycle(collectPorts(many(6), carrier), { ...ONE_A_SHARD, parallel: 3 }, signal);
    expect(carrier.carried).to.have.length(6);
    expect(most).to.equal(3);
  });

  it('reports a shard that fails, and carries the others', async () => {
    const carrier = recordingCarrier((usage) =>
      usage.shard === 1
        ? Promise.reject(new ForesizeError('hop-failed', 'predict-resources answered 503'))
        : reported(usage),
    );
    const report = await collectCycle(collectPorts(many(3), carrier), ONE_A_SHARD, signal);
    expect(carrier.carried).to.have.length(3);
    expect(report).to.include({ status: 'partial', functions: 3 });
    expect(report.failures).to.deep.equal(['shard 1 of 3: predict-resources answered 503']);
  });

  it('is queued where the queue carries it on', async () => {
    const carrier = recordingCarrier(() => Promise.resolve(null));
    const report = await collectCycle(collectPorts(many(1), carrier), COLLECT_OPTIONS, signal);
    expect(report.status).to.equal('queued');
  });

  it('leaves out Foresize’s own functions, and containers of functions that are not deployed', async () => {
    const own = live('predict-resources', { labels: { 'app.kubernetes.io/part-of': 'foresize' } });
    const carrier = recordingCarrier();
    const ports = collectPorts([live('f0'), own], carrier);
    const containers = ['f0', 'predict-resources', 'gone'].map(usedContainer);
    const source = { ...ports.source, read: () => Promise.resolve({ containers, calls: [] }) };
    const report = await collectCycle({ ...ports, source }, COLLECT_OPTIONS, signal);
    expect(report.functions).to.equal(1);
    expect(carrier.carried.flatMap(namesOf)).to.deep.equal(['f0']);
  });

  it('asks for the forecaster that the annotation names', async () => {
    const carrier = recordingCarrier();
    const named = live('f0', { annotations: { 'foresize/forecaster': 'histogram' } });
    await collectCycle(collectPorts([named], carrier), COLLECT_OPTIONS, signal);
    expect(carrier.carried[0]?.functions[0]?.forecaster).to.equal('histogram');
  });

  it('marks usage of a source without throttling and history as advisory', async () => {
    const carrier = recordingCarrier();
    const ports = collectPorts(many(1), carrier);
    await collectCycle(
      { ...ports, source: { ...ports.source, name: 'metrics-api' } },
      COLLECT_OPTIONS,
      signal,
    );
    expect(carrier.carried[0]?.functions[0]?.signals.advisory).to.equal(true);
  });

  it('fails with the source’s own words, and the next cycle is carried out', async () => {
    const ports = collectPorts(many(1));
    const down = new ForesizeError('source-unavailable', 'http://prometheus:9090 answered 503');
    const source = { ...ports.source, read: () => Promise.reject(down) };
    const failure: unknown = await collectCycle({ ...ports, source }, COLLECT_OPTIONS, signal).catch(
      (error: unknown) => error,
    );
    expect(failure).to.equal(down);
    const next = await collectCycle({ ...ports, clock: () => NOW + PERIOD_MS }, COLLECT_OPTIONS, signal);
    expect(next.status).to.equal('done');
  });

  it('is done at once where there is nothing to size', async () => {
    const carrier = recordingCarrier();
    const report = await collectCycle(collectPorts([], carrier), COLLECT_OPTIONS, signal);
    expect(report).to.include({ status: 'done', functions: 0 });
    expect(carrier.carried).to.deep.equal([]);
  });
});
