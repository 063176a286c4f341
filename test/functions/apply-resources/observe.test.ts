import { spawnSync } from 'node:child_process';
import { expect } from 'chai';
import parsePrometheusTextFormat from 'parse-prometheus-text-format';
import { applyForecasts } from '#core/chain/apply.ts';
import { firstContact } from '#core/policy/bookkeeping.ts';
import type { FunctionState } from '#core/policy/state.ts';
import { ForesizeError } from '#core/errors/error.ts';
import { countErrors, timeStage } from '#platform/metrics/observe-work.ts';
import { createApplyMetrics } from '../../../functions/apply-resources/observe.ts';
import {
  APPLY_OPTIONS,
  applyPorts,
  CYCLE,
  forecast,
  forecasts,
  live,
  memoryState,
  signal,
} from '../../core/chain/in-memory.ts';
import { MI, NOW, SIZES } from '../../core/policy/situation.ts';
import { failure } from '../../support/failure.ts';
import { findBinary } from '../../support/find-binary.ts';
import { metricsReader } from '../read-metrics.ts';

const A = 'namespace="openfaas-fn",function="a"';

async function world() {
  const now = { ms: NOW + 1000 };
  const functions = { live: [live('a'), live('b')] };
  const metrics = await createApplyMetrics(() => now.ms);
  const state = memoryState();
  const plain = applyPorts([], {
    clock: () => now.ms,
    workloads: { functions: () => Promise.resolve(functions.live) },
    state,
  });
  const ports = metrics.observed(plain);
  const apply = (message: Parameters<typeof applyForecasts>[0]) =>
    timeStage(metrics.suite, 'apply', () => applyForecasts(message, ports, APPLY_OPTIONS, signal));
  return { now, functions, metrics, state, apply, ...metricsReader(metrics.exposition) };
}

describe('the metrics of apply-resources', () => {
  it('count decisions, and tell sizes, forecasts and evidence of each function', async () => {
    const { apply, value, text } = await world();
    await apply(forecasts([forecast('a'), forecast('b', {})]));
    expect(await value(`foresize_decisions_total{${A},action="resize",path="rescue"}`)).to.equal(1);
    expect(
      await value('foresize_decision_reasons_total{action="resize",reason="rescue-throttling"}'),
    ).to.equal(1);
    expect(await value(`foresize_allocated_cpu_cores{${A},bound="limit"}`)).to.equal(0.5);
    expect(await value(`foresize_recommended_cpu_cores{${A},bound="limit"}`)).to.equal(2.4);
    expect(await value(`foresize_allocated_memory_bytes{${A},bound="request"}`)).to.equal(128 * MI);
    expect(await value(`foresize_forecast_memory_bytes{${A},quantile="0.95"}`)).to.equal(110 * MI);
    expect(await value(`foresize_censored_ratio{${A}}`)).to.equal(0);
    expect(await value(`foresize_drift_ratio{${A},resource="cpu"}`)).to.equal(0);
    expect(await value(`foresize_rollbacks_total{${A},resource="cpu"}`)).to.equal(0);
    expect(await value(`foresize_quarantined{${A},resource="cpu"}`)).to.equal(0);
    expect(await value(`foresize_gate_open{${A},resource="cpu"}`)).to.equal(1);
    expect(await value('foresize_stage_duration_seconds_count{stage="apply"}')).to.equal(1);
    const families = parsePrometheusTextFormat(await text());
    expect(families.map(({ name }) => name)).to.include.members([
      'foresize_errors_total',
      'foresize_gate_open',
    ]);
  });

  it('count a rollback, and tell of the quarantine', async () => {
    const { apply, value, state } = await world();
    const at = NOW - 600_000;
    const known: FunctionState = { ...firstContact(live('a'), at), armed: [[1000, 60], null, null, null] };
    state.stored = { ...state.stored, functions: new Map([['openfaas-fn/a', known]]) };
    await apply(forecasts([forecast('a')]));
    expect(await value(`foresize_rollbacks_total{${A},resource="cpu"}`)).to.equal(1);
    expect(await value(`foresize_quarantined{${A},resource="cpu"}`)).to.equal(1);
    expect(await value(`foresize_quarantined{${A},resource="memory"}`)).to.equal(0);
  });

  it('tell of a leak, and of a gate that is closed', async () => {
    const { apply, value, state, functions } = await world();
    functions.live = [live('a', { annotations: { 'foresize/mode': 'apply' } })];
    const known: FunctionState = {
      ...firstContact(live('a'), NOW - 600_000),
      oom: { at: NOW - 60_000, limitBytes: 256 * MI, count: 3 },
    };
    state.stored = { ...state.stored, functions: new Map([['openfaas-fn/a', known]]) };
    await apply(forecasts([forecast('a', {})]));
    expect(await value(`foresize_leak_suspected{${A}}`)).to.equal(1);
    expect(await value(`foresize_gate_open{${A},resource="memory"}`)).to.equal(0);
  });

  it('tell how far the next rollout would take the pods back, by the resource that differs more', async () => {
    const { apply, value, functions } = await world();
    functions.live = [live('a', { template: { ...SIZES, cpuLimitCores: 0.25, cpuRequestCores: 0.08 } })];
    await apply(forecasts([forecast('a', {})]));
    expect(await value(`foresize_drift_ratio{${A},resource="cpu"}`)).to.equal(1);
    expect(await value(`foresize_drift_ratio{${A},resource="memory"}`)).to.equal(0);
  });

  it('forget a function that is gone, its counters included', async () => {
    const { apply, text, functions } = await world();
    await apply(forecasts([forecast('a'), forecast('b')]));
    functions.live = [live('b')];
    await apply(forecasts([forecast('a'), forecast('b')], { cycle: CYCLE + 1 }));
    expect(await text()).to.not.include('function="a"');
    expect(await text()).to.include('function="b"');
  });

  it('leave the gauges of what was not heard of for long to other replicas, and keep the counters', async () => {
    const { apply, value, now } = await world();
    await apply(forecasts([forecast('a')]));
    now.ms += 600_000;
    expect(await value(`foresize_recommended_cpu_cores{${A},bound="limit"}`)).to.equal(undefined);
    expect(await value(`foresize_decisions_total{${A},action="resize",path="rescue"}`)).to.equal(1);
  });

  it('follow the kill switch, also where nothing is written, and ask it no oftener than told', async () => {
    const { metrics, value, now } = await world();
    let answer: string | null = 'no writes';
    let asked = 0;
    metrics.observedSwitch(() => {
      asked += 1;
      return Promise.resolve(answer);
    });
    await metrics.lookAtSwitch(15_000, signal);
    expect(await value('foresize_kill_switch')).to.equal(1);
    answer = null;
    await metrics.lookAtSwitch(15_000, signal);
    expect(asked).to.equal(1);
    now.ms += 15_000;
    await metrics.lookAtSwitch(15_000, signal);
    expect(await value('foresize_kill_switch')).to.equal(0);
  });

  it('count errors by their registered code, and all others as unexpected', async () => {
    const { metrics, value } = await world();
    const fail = (error: Error) => countErrors(metrics.suite, () => Promise.reject(error));
    await failure(fail(new ForesizeError('message-stale', 'late')));
    await fail(new TypeError('oops')).catch(() => undefined);
    expect(await value('foresize_errors_total{code="message-stale"}')).to.equal(1);
    expect(await value('foresize_errors_total{code="unexpected"}')).to.equal(1);
  });

  it('pass promtool check metrics (skipped without `promtool` on PATH or in PROMTOOL)', async function () {
    const promtool = findBinary('PROMTOOL', 'promtool');
    if (promtool === undefined) this.skip();
    const { apply, text } = await world();
    await apply(forecasts([forecast('a'), forecast('b', {})]));
    const { status, stderr, stdout } = spawnSync(promtool, ['check', 'metrics'], {
      input: await text(),
      encoding: 'utf8',
    });
    expect(`${stdout}${stderr}`).to.equal('');
    expect(status).to.equal(0);
  });
});
