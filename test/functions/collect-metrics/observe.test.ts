import { expect } from 'chai';
import { collectCycle } from '#core/chain/collect.ts';
import { ForesizeError } from '#core/errors/error.ts';
import { openMetrics } from '#platform/metrics/open-metrics.ts';
import { createCollectMetrics } from '../../../functions/collect-metrics/observe.ts';
import {
  collectPorts,
  COLLECT_OPTIONS,
  CYCLE,
  live,
  PERIOD_MS,
  recordingCarrier,
  reported,
  signal,
} from '../../core/chain/in-memory.ts';
import { NOW } from '../../core/policy/situation.ts';
import { SILENT_LOG } from '../../support/silent-log.ts';
import { metricsReader } from '../read-metrics.ts';

const OF_F0 = 'namespace="openfaas-fn",function="f0"';

async function world(carrier = recordingCarrier()) {
  const now = { ms: NOW };
  const functions = { live: [live('f0'), live('f1')] };
  const metrics = await createCollectMetrics(() => now.ms, PERIOD_MS);
  const base = collectPorts(functions.live, carrier);
  const ports = metrics.observed({
    ...base,
    clock: () => now.ms,
    workloads: { ...base.workloads, functions: () => Promise.resolve(functions.live) },
  });
  const cycle = async (): Promise<void> => {
    metrics.ended(await collectCycle(ports, COLLECT_OPTIONS, signal));
  };
  return { now, functions, metrics, cycle, ...metricsReader(metrics.exposition) };
}

describe('the metrics of collect-metrics', () => {
  it('are there before the first cycle, which then counts', async () => {
    const { cycle, value } = await world();
    expect(await value('foresize_last_cycle_timestamp_seconds')).to.equal(0);
    expect(await value('foresize_cycle_period_seconds')).to.equal(15);
    await cycle();
    expect(await value('foresize_last_cycle_timestamp_seconds')).to.equal(NOW / 1000);
    expect(await value('foresize_cycle_duration_seconds_count')).to.equal(1);
    expect(await value('foresize_stage_duration_seconds_count{stage="read"}')).to.equal(1);
    expect(await value('foresize_stage_duration_seconds_count{stage="carry"}')).to.equal(1);
  });

  it('tell the use of a function and the age of its newest sample, which grows until the next', async () => {
    const { cycle, value, now } = await world();
    await cycle();
    expect(await value(`foresize_used_cpu_cores{${OF_F0}}`)).to.be.closeTo(0.1, 1e-9);
    expect(await value(`foresize_used_memory_bytes{${OF_F0}}`)).to.equal(2 ** 26);
    expect(await value(`foresize_usage_age_seconds{${OF_F0}}`)).to.equal(0);
    now.ms += 100_000;
    expect(await value(`foresize_usage_age_seconds{${OF_F0}}`)).to.equal(100);
  });

  it('count the periods without a cycle', async () => {
    const { cycle, value, now } = await world();
    await cycle();
    now.ms += PERIOD_MS;
    await cycle();
    expect(await value('foresize_cycles_missed_total')).to.equal(0);
    now.ms += 3 * PERIOD_MS;
    await cycle();
    expect(await value('foresize_cycles_missed_total')).to.equal(2);
    expect(Math.floor(now.ms / PERIOD_MS)).to.equal(CYCLE + 4);
  });

  it('count a shard that fails by its code, and such a cycle is not the last successful one', async () => {
    let fails = true;
    const carrier = recordingCarrier((usage) =>
      fails ? Promise.reject(new ForesizeError('hop-failed', 'answered 503')) : reported(usage),
    );
    const { cycle, value, now } = await world(carrier);
    await cycle();
    expect(await value('foresize_errors_total{code="hop-failed"}')).to.equal(1);
    expect(await value('foresize_last_cycle_timestamp_seconds')).to.equal(0);
    fails = false;
    now.ms += PERIOD_MS;
    await cycle();
    expect(await value('foresize_last_cycle_timestamp_seconds')).to.equal(now.ms / 1000);
  });

  it('forget what is gone, and say no age of what has no pod', async () => {
    const { cycle, text, now, functions } = await world();
    await cycle();
    functions.live = [live('f0', { pods: [] })];
    now.ms += PERIOD_MS;
    await cycle();
    expect(await text()).to.not.include('function="f1"');
    expect(await text()).to.not.include('function="f0"');
  });

  it('are served at /metrics of a port of their own, and nothing else is', async () => {
    const { cycle, metrics } = await world();
    await cycle();
    const address = { METRICS_PORT: 0, METRICS_HOST: '127.0.0.1' } as const;
    const server = await openMetrics(address, metrics.exposition, SILENT_LOG);
    const origin = `http://127.0.0.1:${server?.port ?? 0}`;
    try {
      const response = await fetch(`${origin}/metrics`);
      expect(response.headers.get('content-type')).to.match(/^text\/plain; version=0\.0\.4/);
      expect(await response.text()).to.include(`foresize_used_cpu_cores{${OF_F0}}`);
      expect((await fetch(`${origin}/`)).status).to.equal(404);
      expect((await fetch(`${origin}/metrics`, { method: 'POST' })).status).to.equal(405);
      const taken = { METRICS_PORT: server?.port ?? 0, METRICS_HOST: '127.0.0.1' };
      expect(await openMetrics(taken, metrics.exposition, SILENT_LOG)).to.equal(null);
    } finally {
      await server?.close();
    }
    expect(await openMetrics({ METRICS_PORT: 'off' }, metrics.exposition, SILENT_LOG)).to.equal(null);
  });
});
