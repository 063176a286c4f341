import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { expect } from 'chai';
import { failure } from '../../support/failure.ts';
import { pastOf } from '../../support/past-series.ts';
import { hasPromtool, type PrometheusServer, startPrometheus } from '../../support/prometheus-server.ts';
import { startApi, type RunningApi } from '../../local/kubernetes/running-api.ts';
import { lookingAt, recommended, TWO_READS_MS, useSteadily } from './looking.ts';

const MIB = 2 ** 20;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

describe('What foresize recommend reads', () => {
  let running: RunningApi;
  beforeEach(async () => {
    running = await startApi();
  });
  afterEach(async () => {
    process.exitCode = undefined;
    await running.close();
  });

  it('may be the Metrics API alone, and says what that does not tell', async () => {
    useSteadily(running);
    const flags = lookingAt(running, { source: 'metrics-api', for: TWO_READS_MS });
    const { recommendations } = await recommended(flags);
    const [qrcode] = recommendations;
    expect(qrcode?.use.memory.peak).to.equal(50 * MIB);
    expect(qrcode?.confidence.level).to.equal('low');
  });

  it('has the calls of the local platform through its API server', async () => {
    const asked: string[] = [];
    const gateway = createServer(({ url = '' }, response) => {
      asked.push(url);
      response.end('gateway_function_invocation_started{function_name="qrcode.openfaas-fn"} 7\n');
    });
    await once(gateway.listen(0, '127.0.0.1'), 'listening');
    const address = gateway.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const ports = [{ name: 'metrics', port: 8082, origin: `http://127.0.0.1:${port}` }];
    const local = await startApi({ services: [{ namespace: 'openfaas', name: 'gateway', ports }] });
    try {
      const flags = { ...lookingAt(local), gatewayMetrics: undefined };
      expect((await recommended(flags)).notes).to.deep.equal([]);
      expect(asked.length).to.be.at.least(2);
      expect(new Set(asked)).to.deep.equal(new Set(['/metrics']));
    } finally {
      await local.close();
      gateway.closeAllConnections();
      gateway.close();
    }
  });

  describe('with a kubeconfig that names an exec plugin', () => {
    /** A kubeconfig as cloud providers write them, whose plugin is this script. */
    function kubeconfigWith(script: string): string {
      const plugin = join(running.directory, 'plugin');
      writeFileSync(plugin, `#!/bin/sh\n${script}\n`);
      chmodSync(plugin, 0o755);
      const own = readFileSync(running.api.kubeconfigPath, 'utf8');
      const exec = `exec: { apiVersion: client.authentication.k8s.io/v1, command: ${plugin}, interactiveMode: Never }`;
      const path = join(running.directory, 'plugin.kubeconfig');
      writeFileSync(path, own.replace(/token: \S+/, exec));
      return path;
    }

    it('takes the token that it prints', async () => {
      const { token } = running.api.identities.admin;
      const credential = {
        apiVersion: 'client.authentication.k8s.io/v1',
        kind: 'ExecCredential',
        status: { token },
      };
      const kubeconfig = kubeconfigWith(`echo '${JSON.stringify(credential)}'`);
      const { recommendations } = await recommended(lookingAt(running, { kubeconfig }));
      expect(recommendations.map(({ name }) => name)).to.deep.equal(['qrcode']);
    });

    it('says so where it fails', async () => {
      const kubeconfig = kubeconfigWith('echo "log in first" >&2; exit 1');
      const refused = await failure(recommended(lookingAt(running, { kubeconfig })));
      expect(refused.code).to.equal('kubeconfig-unusable');
      expect(refused.message).to.include(kubeconfig);
    });
  });

  describe('from a Prometheus with a past (skipped without `prometheus` and `promtool`)', () => {
    const now = Math.floor(Date.now() / MINUTE) * MINUTE;
    let prometheus: PrometheusServer | undefined;

    before(async function () {
      this.timeout(30_000);
      if (!hasPromtool()) this.skip();
      const busyAt = now - 6 * DAY;
      const isBusy = (atMs: number): boolean => Math.abs(atMs - busyAt) < 5 * MINUTE;
      const pod = {
        container: 'qrcode',
        everyMs: MINUTE,
        cpuCores: (atMs: number) => (isBusy(atMs) ? 0.03 : 0.004),
        memoryBytes: (atMs: number) => (isBusy(atMs) ? 40 * MIB : 20 * MIB),
      };
      const rolledOutMs = now - 2 * DAY;
      prometheus = await startPrometheus({
        past: pastOf([
          { ...pod, pod: 'qrcode-77777777-zzzzz', fromMs: now - 10 * DAY, toMs: rolledOutMs },
          { ...pod, pod: 'qrcode-5d4f8c7b9-abcde', fromMs: rolledOutMs, toMs: now },
        ]),
      });
    });
    after(() => prometheus?.stop());

    const fromPrometheus = (url = prometheus?.url ?? '') =>
      recommended(lookingAt(running, { source: 'prometheus', prometheus: url }));

    it('is sure of it, and leaves room for what an earlier pod needed six days ago', async () => {
      const { recommendations, notes } = await fromPrometheus();
      const [qrcode] = recommendations;
      expect(notes).to.deep.equal([]);
      expect(qrcode?.confidence).to.deep.include({ level: 'high' });
      expect(qrcode?.confidence.reason).to.match(/^8d.* of use known, and the forecasts held$/);
      expect(qrcode?.use.cpu.peak).to.be.closeTo(0.03, 0.0005);
      expect(qrcode?.to).to.include({
        cpuRequestCores: 0.033,
        memoryRequestBytes: 44 * MIB,
        memoryLimitBytes: 48 * MIB,
      });
    });
  });
});
