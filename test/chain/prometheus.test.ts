import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import getPort from 'get-port';
import type { Decision } from '#core/messages/decision.ts';
import { readStack } from '#platform/stack/read-stack.ts';
import { decisionOf } from '../../cli/live/decisions.ts';
import { deployStack } from '../../cli/up/deploy.ts';
import { buildImages } from '../../cli/up/images.ts';
import { invoke } from '../../invoker/invoke.ts';
import { type Platform, startPlatform } from '../../local/platform.ts';
import { eventually } from '../support/eventually.ts';
import { findBinary } from '../support/find-binary.ts';
import { SILENT_LOG } from '../support/silent-log.ts';
import { PATIENT_PROBES } from './running-chain.ts';

const PROMETHEUS = findBinary('PROMETHEUS', 'prometheus');
const { signal } = new AbortController();

/** Resolves with the first decision that `matches`. */
function decisionThat({ workloads }: Platform, matches: (decision: Decision) => boolean): Promise<Decision> {
  return new Promise((resolve) => {
    const unsubscribe = workloads.subscribe((event) => {
      const decision = event.kind === 'log' ? decisionOf(event.line.text) : undefined;
      if (!decision || !matches(decision)) return;
      unsubscribe();
      resolve(decision);
    });
  });
}

describe(`the chain on a real Prometheus${PROMETHEUS === undefined ? ' (skipped: no prometheus on PATH or in PROMETHEUS)' : ''}`, function () {
  this.timeout(90_000);
  let directory: string;
  let prometheus: ChildProcess | undefined;
  let platform: Platform | undefined;
  const loadEnd = new AbortController();

  before(async function () {
    if (PROMETHEUS === undefined) this.skip();
    directory = await mkdtemp(join(tmpdir(), 'foresize-prometheus-'));
  });

  after(async () => {
    loadEnd.abort();
    prometheus?.kill();
    await platform?.stop();
    if (PROMETHEUS !== undefined) await rm(directory, { recursive: true });
  });

  it('reads what Prometheus scraped from the local platform, sees the throttling, and resizes', async () => {
    const [port, metricsPort, prometheusPort] = [await getPort(), await getPort(), await getPort()];
    const prometheusUrl = `http://127.0.0.1:${prometheusPort}`;
    const stack = readStack('stack.yml', {
      GATEWAY_URL: `http://127.0.0.1:${port}`,
      METRICS_SOURCE: 'prometheus',
      PROMETHEUS_URL: prometheusUrl,
      PROMETHEUS_CONTAINER_LABELS: 'job=kubelet',
      PROMETHEUS_GATEWAY_LABELS: 'job=gateway',
      CYCLE_PERIOD: '5s',
    });
    const images = await buildImages(stack, join(directory, 'bundles'));
    platform = await startPlatform({
      directory,
      images,
      port,
      metricsPort,
      probes: PATIENT_PROBES,
      log: SILENT_LOG,
    });
    const data = join(directory, 'data');
    const config = platform.prometheusConfigPath;
    const address = `127.0.0.1:${prometheusPort}`;
    prometheus = spawn(
      PROMETHEUS ?? '',
      [`--config.file=${config}`, `--storage.tsdb.path=${data}`, `--web.listen-address=${address}`],
      { stdio: 'ignore' },
    );
    await once(prometheus, 'spawn');
    await eventually(async () => (await fetch(`${prometheusUrl}/-/ready`)).ok, { timeoutMs: 20_000 });
    const rescued = decisionThat(platform, ({ name, action }) => name === 'qrcode' && action === 'resize');
    await deployStack(stack, platform, signal);
    void invoke({
      target: { url: `${platform.gatewayUrl}/function/qrcode`, timeoutMs: 30_000 },
      pattern: 'constant',
      ratePerMinute: 120,
      durationMs: Infinity,
      periodMs: 60_000,
      seed: 1,
      payload: { kind: 'uniform', least: 64, most: 200 },
      concurrency: 16,
      signal: loadEnd.signal,
    });
    const decision = await rescued;
    expect(decision.path).to.equal('rescue');
    expect(decision.to?.cpuLimitCores).to.be.greaterThan(0.1);
    expect(decision.outcomes).to.have.length(1);
    expect(decision.outcomes[0]).to.include({ result: 'applied' });
    const [pod] = platform.workloads.pods().filter(({ functionName }) => functionName === 'qrcode');
    expect(pod?.inForce.cpuLimitCores).to.equal(decision.to?.cpuLimitCores);
    expect(pod?.restarts).to.equal(0);
  });
});
