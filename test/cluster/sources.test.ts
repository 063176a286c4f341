import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'chai';
import { parseSettings } from '#core/annotations/parse-settings.ts';
import type { LiveFunction, MetricsSource, NodeFacts } from '#core/chain/ports.ts';
import type { Decision } from '#core/messages/decision.ts';
import { decide } from '#core/policy/decide.ts';
import { pendingUsage } from '#core/usage/build-usage.ts';
import { forecastFunction } from '#forecast/predict-usage.ts';
import { openCluster } from '#platform/kubernetes/cluster-access.ts';
import { createKubernetesWorkloads } from '#platform/kubernetes/workloads.ts';
import { createMetricsApiSource } from '#platform/sources/metrics-api.ts';
import { createPrometheusSource } from '#platform/sources/prometheus.ts';
import { createScrapeSource, type ScrapeSource } from '#platform/sources/scrape.ts';
import { KUBECONFIG, NO_CLUSTER } from './cluster.ts';
import { tokenOf } from './identities.ts';
import { NO_BUILDER } from './images.ts';
import { install, type Installation, type LoadSummary } from './installation.ts';

const PROMETHEUS_URL = process.env.PROMETHEUS_URL;
const WITHOUT = PROMETHEUS_URL === undefined ? ' (skipped: PROMETHEUS_URL is not set)' : '';
const STEP_MS = 15_000;
const LOAD_MS = 135_000;

/** Asks for too little of everything, so that there is something to decide. */
const WORKER = {
  name: 'worker',
  image: 'workload',
  limits: { cpu: '1', memory: '256Mi' },
  requests: { cpu: '10m', memory: '16Mi' },
  annotations: { mode: 'recommend' },
} as const;

describe(`the sources of usage on a cluster${NO_CLUSTER || NO_BUILDER || WITHOUT}`, function () {
  this.timeout(600_000);
  const { signal } = new AbortController();
  let installed: Installation | undefined;
  let scrape: ScrapeSource | undefined;
  let load: Promise<LoadSummary>;
  const decisions = new Map<string, Decision>();

  before(async function () {
    if (KUBECONFIG === undefined || NO_BUILDER !== '' || PROMETHEUS_URL === undefined) {
      this.skip();
      return;
    }
    installed = await install({ functions: [WORKER] });
    const { namespace, cluster } = installed;
    load = installed.load('worker', {
      ratePerMinute: 600,
      durationMs: LOAD_MS,
      body: JSON.stringify({ iterations: 20_000 }),
    });
    load.catch(() => undefined);
    const { connection } = await openCluster({ path: KUBECONFIG, namespace });
    const workloads = createKubernetesWorkloads(connection);
    const server = cluster.config.getCurrentCluster();
    const kubernetes = {
      url: connection.address,
      token: await tokenOf(cluster, namespace, 'foresize-reader'),
      ca: Buffer.from(server?.caData ?? '', 'base64').toString('utf8'),
    };
    const common = { namespaces: [namespace], clock: Date.now };
    scrape = createScrapeSource({
      ...common,
      kubernetes,
      nodes: async (asked) => (await workloads.nodes(asked)).map(({ name }) => name),
      // Calls are left out for all three: this Prometheus need not scrape the gateway.
      gatewayMetricsUrl: 'http://127.0.0.1:9/metrics',
      onProblem: () => undefined,
    });
    await scrape.start();
    const metricsApi = createMetricsApiSource({ ...common, kubernetes });
    const prometheus = createPrometheusSource({ ...common, url: PROMETHEUS_URL });
    const beganMs = Date.now() + STEP_MS;
    const endMs = Date.now() + LOAD_MS - STEP_MS;
    // It keeps what it was asked for, and nothing else.
    while (Date.now() < endMs) {
      await metricsApi.read(0, signal);
      await pause(STEP_MS);
    }
    const [functions, nodes] = await Promise.all([workloads.functions(signal), workloads.nodes(signal)]);
    const live = functions.find(({ name }) => name === WORKER.name);
    for (const source of [scrape, prometheus, metricsApi])
      decisions.set(source.name, await decideBy(source, { live: live!, nodes, beganMs }));
    connection.close();
  });
  after(async () => {
    await scrape?.stop();
    await installed?.remove();
  });

  async function decideBy(
    source: MetricsSource,
    { live, nodes, beganMs }: { live: LiveFunction; nodes: readonly NodeFacts[]; beganMs: number },
  ): Promise<Decision> {
    const now = Date.now();
    const reading = await source.read(beganMs, signal);
    const grid = { stepMs: STEP_MS, steps: Math.floor((now - beganMs) / STEP_MS), endMs: now };
    const pending = pendingUsage({ atMs: now, ...reading, pods: live.pods }, grid).find(
      ({ name }) => name === live.name,
    );
    const usage = { ...pending!.build(), forecaster: 'recent-peak' };
    const forecast = forecastFunction(usage, { at: now, stepMs: STEP_MS, horizonMs: 75_000 });
    const settings = parseSettings(live.annotations);
    return decide({ now, cycle: 1, live, settings, forecast, state: undefined, nodes }).decision;
  }

  const of = (name: string): Decision => decisions.get(name)!;

  it('find the use above what was asked for', async () => {
    for (const [name, { to, from, reason }] of decisions) {
      expect(to?.cpuRequestCores, `${name}: ${reason}`).to.be.greaterThan(from?.cpuRequestCores ?? 0);
      expect(to?.memoryRequestBytes, name).to.be.greaterThan(from?.memoryRequestBytes ?? 0);
    }
    expect((await load).errors).to.equal(0);
  });

  it('lead to the same decision, whether the kubelet is scraped or Prometheus is asked', () => {
    const [one, other] = [of('scrape'), of('prometheus')];
    expect(other).to.include({ action: one.action, path: one.path });
    expect(other.steps.map(({ rule }) => rule)).to.deep.equal(one.steps.map(({ rule }) => rule));
    near(other.to?.cpuRequestCores, one.to?.cpuRequestCores, 0.15);
    near(other.to?.memoryRequestBytes, one.to?.memoryRequestBytes, 0.05);
    expect(other.to?.cpuLimitCores).to.equal(one.to?.cpuLimitCores);
    expect(other.to?.memoryLimitBytes).to.equal(one.to?.memoryLimitBytes);
  });

  it('lead to the same requests by metrics.k8s.io, within tolerance', () => {
    near(of('metrics-api').to?.cpuRequestCores, of('scrape').to?.cpuRequestCores, 0.25);
    near(of('metrics-api').to?.memoryRequestBytes, of('scrape').to?.memoryRequestBytes, 0.15);
  });
});

function near(value: number | null | undefined, other: number | null | undefined, share: number): void {
  expect(value ?? NaN).to.be.closeTo(other ?? NaN, share * (other ?? 0));
}
