import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { parse, stringify } from 'yaml';
import * as z from 'zod';
import { defaultQueries } from '#platform/sources/prometheus-queries.ts';
import { cadvisor, serveExpositions, type ExpositionServer } from '../platform/sources/exposition-server.ts';
import { eventually } from '../support/eventually.ts';
import { findBinary } from '../support/find-binary.ts';
import { chartFile } from './manifests.ts';
import { startPrometheus, type RunningPrometheus } from './prometheus.ts';

const binary = findBinary('PROMETHEUS', 'prometheus') ?? '';
const jobsSchema = z.object({
  scrape_configs: z.array(
    z.looseObject({
      job_name: z.string(),
      metrics_path: z.string(),
      metric_relabel_configs: z.array(z.unknown()).default([]),
    }),
  ),
});
const seriesSchema = z.object({ data: z.array(z.record(z.string(), z.string())) });

describe('The cAdvisor scrape job on a real Prometheus (skipped without `prometheus` on PATH or in PROMETHEUS)', function () {
  this.timeout(60_000);
  let directory: string;
  let kubelet: ExpositionServer;
  let prometheus: RunningPrometheus;

  before(async function () {
    if (binary === '') this.skip();
    const { scrape_configs: jobs } = jobsSchema.parse(
      parse(readFileSync(chartFile('prometheus/scrape-configs.yml'), 'utf8')),
    );
    const [job] = jobs.filter(({ job_name: name }) => name === 'foresize-cadvisor');
    directory = mkdtempSync(join(tmpdir(), 'foresize-scrape-job-'));
    kubelet = await serveExpositions();
    const container = {
      cpu: 1,
      throttled: 2,
      periods: 3,
      memory: 4,
      oom: 0,
      limitCores: 0.2,
      startSeconds: 5,
    };
    kubelet.set('/metrics/cadvisor', () =>
      cadvisor([
        { ...container, atMs: Date.now() },
        { ...container, atMs: Date.now(), container: 'POD' },
        { ...container, atMs: Date.now(), container: '' },
        { ...container, atMs: Date.now(), namespace: 'kube-system' },
      ]),
    );
    const target = kubelet.origin.replace('http://', '');
    const { job_name, metrics_path, metric_relabel_configs } = job ?? {};
    const scraped = { job_name, metrics_path, metric_relabel_configs, scrape_interval: '1s' };
    const config = { scrape_configs: [{ ...scraped, static_configs: [{ targets: [target] }] }] };
    writeFileSync(join(directory, 'prometheus.yml'), stringify(config));
    prometheus = await startPrometheus(binary, directory);
  });

  after(async () => {
    if (binary === '') return;
    await prometheus.stop();
    await kubelet.close();
    rmSync(directory, { recursive: true });
  });

  const series = async (selector: string): Promise<readonly Record<string, string>[]> => {
    const match = new URLSearchParams({ 'match[]': selector }).toString();
    const response = await fetch(`${prometheus.origin}/api/v1/series?${match}`);
    return seriesSchema.parse(await response.json()).data;
  };

  it('has what each query of the prometheus source asks for, pinned to the job', async () => {
    const { started, completed, durations, ...queries } = defaultQueries({
      namespaces: ['openfaas-fn'],
      containerLabels: { job: 'foresize-cadvisor' },
    });
    expect([started, completed, durations].join()).to.not.include('container_');
    await eventually(async () => (await series(queries.cpuSeconds)).length > 0, {
      timeoutMs: 55_000,
      everyMs: 100,
    });
    for (const query of Object.values(queries)) {
      const found = await series(query);
      expect(found, query).to.have.length(1);
      expect(found[0]).to.include({
        namespace: 'openfaas-fn',
        container: 'qrcode',
        job: 'foresize-cadvisor',
      });
    }
  });

  it('keeps nothing of other namespaces, of pods as a whole or of their pause containers', async () => {
    const kept = await series('{__name__=~"container_.+"}');
    expect(
      new Set(kept.map(({ namespace, container }) => `${namespace ?? ''} ${container ?? ''}`)),
    ).to.deep.equal(new Set(['openfaas-fn qrcode']));
  });
});
