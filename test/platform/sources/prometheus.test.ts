import { expect } from 'chai';
import { ForesizeError } from '#core/errors/error.ts';
import { createPrometheusSource } from '#platform/sources/prometheus.ts';
import { defaultQueries, parseQueryOverrides } from '#platform/sources/prometheus-queries.ts';
import { createScrapeSource } from '#platform/sources/scrape.ts';
import { eventually } from '../../support/eventually.ts';
import { failure } from '../../support/failure.ts';
import { hasPrometheus, type PrometheusServer, startPrometheus } from '../../support/prometheus-server.ts';
import { cadvisor, gateway, serveExpositions, type ExpositionServer } from './exposition-server.ts';

const NODE = '/api/v1/nodes/node-a/proxy/metrics/cadvisor';
const { signal } = new AbortController();

describe('the prometheus source', () => {
  let server: ExpositionServer;

  beforeEach(async () => {
    server = await serveExpositions();
  });

  afterEach(async () => {
    await server.close();
  });

  const create = (url = server.origin) => createPrometheusSource({ url, clock: Date.now });

  it('is unavailable with what Prometheus said', async () => {
    const said = {
      status: 'error',
      errorType: 'execution',
      error: 'query processing would load too many samples',
    };
    server.set('/api/v1/query', JSON.stringify(said), 422);
    const error = await failure(create().read(0, signal));
    expect(error.code).to.equal('source-unavailable');
    expect(error.message).to.include(
      `Prometheus at ${server.origin}/: query processing would load too many samples`,
    );
  });

  it('is unavailable when something else answers, or nobody', async () => {
    server.set('/api/v1/query', '<html>');
    expect((await failure(create().read(0, signal))).message).to.include('is not that of its query API');
    expect((await failure(create('http://127.0.0.1:1').read(0, signal))).message).to.include('ECONNREFUSED');
  });

  it('refuses a query that gives no raw samples', async () => {
    server.set(
      '/api/v1/query',
      JSON.stringify({ status: 'success', data: { resultType: 'vector', result: [] } }),
    );
    expect((await failure(create().read(0, signal))).message).to.include('is not a range selector');
  });

  it('asks for the function namespaces, and pins labels that a scraped pod cannot forge', () => {
    const queries = defaultQueries({ namespaces: ['a.b', 'c'], containerLabels: { job: 'kubelet' } });
    expect(queries.cpuSeconds).to.equal(
      String.raw`container_cpu_usage_seconds_total{namespace=~"a\\.b|c",container!="",container!="POD",pod!="",job="kubelet"}`,
    );
  });

  it('takes query texts from JSON, and names those it does not know', () => {
    expect(parseQueryOverrides('{"started":"calls{}"}')).to.deep.equal({ started: 'calls{}' });
    expect(() => parseQueryOverrides('{"cpu":"x"}')).to.throw(ForesizeError, /cpu/);
    expect(() => parseQueryOverrides('{')).to.throw(ForesizeError, /not JSON/);
  });

  describe('with a real Prometheus (skipped without `prometheus` on PATH or in PROMETHEUS)', () => {
    let prometheusServer: PrometheusServer | undefined;

    before(function () {
      if (!hasPrometheus()) this.skip();
    });

    afterEach(() => prometheusServer?.stop());

    async function startScraping(): Promise<string> {
      const target = server.origin.replace('http://', '');
      const job = (name: string, path: string): string =>
        `  - {job_name: ${name}, metrics_path: ${path}, static_configs: [{targets: ['${target}']}]}\n`;
      prometheusServer = await startPrometheus({
        config: `global: {scrape_interval: 1s}\nscrape_configs:\n${job('kubelet', NODE)}${job('gateway', '/metrics')}`,
      });
      return prometheusServer.url;
    }

    it('gives the same series as scraping the same expositions', async () => {
      let step = 0;
      const began = Date.now();
      const text = (): string =>
        cadvisor([
          {
            atMs: began + step * 1000 - 500,
            cpu: 1 + step * 0.25,
            throttled: step * 2,
            periods: step * 10,
            memory: 8e6 + step,
            oom: step,
            limitCores: 0.2,
            startSeconds: 1_699_999_990,
          },
        ]);
      server.set(NODE, text);
      server.set('/metrics', () =>
        gateway({
          qrcode: { started: 5 + step, completed: 4 + step },
          'qrcode.openfaas-fn': { started: 7, completed: 7 },
        }),
      );
      const prometheus = createPrometheusSource({ url: await startScraping(), clock: Date.now });
      const scraped = createScrapeSource({
        kubernetes: { url: server.origin },
        nodes: () => Promise.resolve(['node-a']),
        gatewayMetricsUrl: `${server.origin}/metrics`,
        clock: () => began + step * 15_000,
        onProblem: () => undefined,
      });
      for (; step < 3; step += 1) {
        await scraped.read(0, signal);
        await eventually(
          async () => {
            const { containers, calls } = await prometheus.read(0, signal);
            expect(containers[0]?.cpuSeconds.at(-1)).to.equal(1 + step * 0.25);
            expect(calls[0]?.started.at(-1)).to.equal(12 + step);
            return true;
          },
          { timeoutMs: 15_000 },
        );
      }
      step = 2;
      const fromScrape = await scraped.read(0, signal);
      const fromPrometheus = await prometheus.read(0, signal);
      expect(fromPrometheus.containers).to.deep.equal(fromScrape.containers);
      const [ours, theirs] = [fromPrometheus.calls[0]!, fromScrape.calls[0]!];
      const newest = ({ started, completed, durationBoundsSeconds, durationCounts }: typeof ours) =>
        [started, completed, ...durationCounts].map((column) => column.at(-1)).concat(durationBoundsSeconds);
      expect(newest(ours)).to.deep.equal(newest(theirs));
      await scraped.stop();
    });
  });
});
