import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { parse, stringify } from 'yaml';
import * as z from 'zod';
import { defaultQueries } from '#platform/sources/prometheus-queries.ts';
import { findBinary } from '../support/find-binary.ts';
import { chartFile } from './manifests.ts';

const RULES = ['recording-rules.yml', 'alert-rules.yml'].map((name) => chartFile(`prometheus/${name}`));
const TESTS = ['recording-rules', 'alert-rules', 'drift'] as const;
const promtool = findBinary('PROMTOOL', 'promtool') ?? '';
const run = promisify(execFile);

const alertsSchema = z.object({
  groups: z.array(z.object({ rules: z.array(z.object({ alert: z.string() })) })),
});
const firingSchema = z.object({
  tests: z.array(
    z.object({
      alert_rule_test: z.array(z.object({ alertname: z.string(), exp_alerts: z.array(z.unknown()) })),
    }),
  ),
});
const relabelSchema = z.looseObject({
  source_labels: z.array(z.string()).optional(),
  regex: z.string().optional(),
  action: z.string().optional(),
});
const scrapeSchema = z.object({
  scrape_configs: z.array(
    z.looseObject({ job_name: z.string(), metric_relabel_configs: z.array(relabelSchema).default([]) }),
  ),
});

const read = (path: string): unknown => parse(readFileSync(path, 'utf8'));
const scrape = scrapeSchema.parse(read(chartFile('prometheus/scrape-configs.yml')));
const promqlTest = (name: string): string => fileURLToPath(new URL(`${name}.promtool.yml`, import.meta.url));

describe('The alert rules', () => {
  it('each have a case in which they fire and one in which they do not', () => {
    const alerts = alertsSchema
      .parse(read(chartFile('prometheus/alert-rules.yml')))
      .groups.flatMap(({ rules }) => rules.map(({ alert }) => alert));
    const cases = ['alert-rules', 'drift']
      .flatMap((name) => firingSchema.parse(read(promqlTest(name))).tests)
      .flatMap((test) => test.alert_rule_test);
    const names = (fire: boolean): ReadonlySet<string> =>
      new Set(cases.filter((one) => one.exp_alerts.length > 0 === fire).map((one) => one.alertname));
    expect([...names(true)]).to.have.members(alerts);
    expect([...names(false)]).to.have.members(alerts);
  });
});

describe('The cAdvisor scrape job', () => {
  const [cadvisor] = scrape.scrape_configs.filter(({ job_name: name }) => name === 'foresize-cadvisor');

  it('keeps every series that the prometheus source asks for, and what its labels must be', () => {
    const keep = cadvisor?.metric_relabel_configs ?? [];
    const pattern = keep.find((one) => one.source_labels?.[0] === '__name__')?.regex ?? '';
    const { started, completed, durations, ...containers } = defaultQueries({ namespaces: ['openfaas-fn'] });
    for (const query of Object.values(containers))
      expect(query.replace(/\{.*/, '')).to.match(new RegExp(`^(?:${pattern})$`));
    for (const query of [started, completed, durations]) expect(query).to.match(/^gateway_/);
    const dropped = keep.filter(({ action }) => action === 'labeldrop').map(({ regex }) => regex);
    expect(dropped).to.deep.equal(['image|name']);
  });
});

describe('Prometheus’ own tool (skipped without `promtool` on PATH or in PROMTOOL)', () => {
  let directory: string;
  before(function () {
    if (promtool === '') this.skip();
    directory = mkdtempSync(join(tmpdir(), 'foresize-promtool-'));
  });
  after(() => {
    if (promtool !== '') rmSync(directory, { recursive: true });
  });

  it('accepts the rules', async () => {
    const { stdout } = await run(promtool, ['check', 'rules', '--lint-fatal', ...RULES]);
    expect(stdout.match(/SUCCESS/g)).to.have.length(2);
  });

  for (const name of TESTS) {
    it(`finds that the cases of ${name}.promtool.yml hold`, async () => {
      const { stdout } = await run(promtool, ['test', 'rules', promqlTest(name)]).catch((error: unknown) => {
        throw new Error(z.object({ stderr: z.string() }).parse(error).stderr);
      });
      expect(stdout).to.include('SUCCESS');
    });
  }

  it('accepts the scrape jobs, with the rules', async () => {
    const file = join(directory, 'prometheus.yml');
    // Debian's Prometheus is built without kubernetes_sd_configs, and files of a service account are not everywhere.
    const elsewhere = ['kubernetes_sd_configs', 'authorization', 'tls_config'];
    const jobs = scrape.scrape_configs.map((job) => ({
      ...Object.fromEntries(Object.entries(job).filter(([key]) => !elsewhere.includes(key))),
      static_configs: [{ targets: ['127.0.0.1:10250'] }],
    }));
    writeFileSync(file, stringify({ rule_files: RULES, scrape_configs: jobs }));
    const { stdout } = await run(promtool, ['check', 'config', file]);
    expect(stdout).to.include('is valid prometheus config file syntax');
  });
});
