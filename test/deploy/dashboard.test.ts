import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import * as z from 'zod';
import { eventually } from '../support/eventually.ts';
import { findBinary } from '../support/find-binary.ts';
import { dashboard, fillIn, panelQueries } from './dashboard.ts';
import { madeUpSeries } from './made-up-series.ts';
import { chartFile } from './manifests.ts';
import { startPrometheus, type RunningPrometheus } from './prometheus.ts';

const prometheus = findBinary('PROMETHEUS', 'prometheus') ?? '';
const promtool = findBinary('PROMTOOL', 'promtool') ?? '';
const FUNCTIONS = ['qrcode', 'other'];

const answerSchema = z.object({
  status: z.literal('success'),
  data: z.object({
    result: z.array(
      z.object({ metric: z.record(z.string(), z.string()), value: z.tuple([z.number(), z.string()]) }),
    ),
  }),
});
const valuesSchema = z.object({ status: z.literal('success'), data: z.array(z.string()) });

describe('The dashboard', () => {
  it('has the study’s four panels, then sizes, forecasts, latency and decisions', () => {
    const titles = dashboard.panels.filter(({ type }) => type !== 'row').map(({ title }) => title);
    expect(titles.slice(0, 4)).to.deep.equal([
      'Container memory',
      'Invocation count',
      'CPU use',
      'Invocation rate',
    ]);
    expect(titles.slice(4)).to.deep.equal([
      ...['CPU: request and limit against use', 'Memory: request and limit against use'],
      ...['CPU: forecast of the peak', 'Memory: forecast of the peak', 'Coverage of the p95', 'Skill'],
      ...['Latency', 'Stretch', 'Decisions', 'Resizes and rollbacks'],
    ]);
  });

  it('lays no panel over another, and gives each its own number', () => {
    const cells = dashboard.panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, index) => `${x + (index % w)} ${y + Math.floor(index / w)}`),
    );
    expect(new Set(cells).size).to.equal(cells.length);
    expect(new Set(dashboard.panels.map(({ id }) => id)).size).to.equal(dashboard.panels.length);
  });

  it('asks every panel for the namespace and the functions that were chosen', () => {
    for (const { title, expr } of panelQueries) {
      expect(expr, title).to.include('$function');
      expect(expr, title).to.include('$namespace');
    }
  });

  describe('with a real Prometheus (skipped without `prometheus` and `promtool` on PATH, or PROMETHEUS and PROMTOOL)', function () {
    this.timeout(60_000);
    let directory: string;
    let running: RunningPrometheus | undefined;
    /** Unix seconds that every query is asked for, so that none depends on how long the others took. */
    let at: number | undefined;

    before(async function () {
      if (prometheus === '' || promtool === '') this.skip();
      directory = await mkdtemp(join(tmpdir(), 'foresize-dashboard-'));
      const now = Math.floor(Date.now() / 1000);
      await writeFile(join(directory, 'series.txt'), madeUpSeries(FUNCTIONS, now - 900, now));
      const storage = join(directory, 'data');
      execFileSync(
        promtool,
        ['tsdb', 'create-blocks-from', 'openmetrics', join(directory, 'series.txt'), storage],
        { stdio: 'pipe' },
      );
      const rules = await readFile(chartFile('prometheus/recording-rules.yml'), 'utf8');
      await writeFile(join(directory, 'rules.yml'), rules.replaceAll(/interval: \S+/g, 'interval: 1s'));
      await writeFile(join(directory, 'prometheus.yml'), 'rule_files: [rules.yml]\n');
      running = await startPrometheus(prometheus, directory);
      // The last of the rules' chain.
      const last = 'namespace_container:container_cpu_usage_seconds:rate1m_max8d';
      at = await eventually(async () => (await ask(last))[0]?.value[0], { timeoutMs: 55_000, everyMs: 200 });
    });

    after(async () => {
      if (running === undefined) return;
      await running.stop();
      await rm(directory, { recursive: true });
    });

    async function ask(query: string): Promise<z.infer<typeof answerSchema>['data']['result']> {
      const parameters = new URLSearchParams({ query, ...(at === undefined ? {} : { time: String(at) }) });
      const response = await fetch(`${running?.origin ?? ''}/api/v1/query?${parameters.toString()}`);
      const text = await response.text();
      if (!response.ok) throw new Error(`${query}: ${text}`);
      return answerSchema.parse(JSON.parse(text)).data.result;
    }

    for (const [index, { title, expr }] of panelQueries.entries()) {
      it(`fills query ${index} of '${title}' for one function and for all, with numbers`, async () => {
        const one = await ask(fillIn(expr, { namespace: ['openfaas-fn'], function: ['qrcode'] }));
        const all = await ask(fillIn(expr, { namespace: ['openfaas-fn'], function: FUNCTIONS }));
        const none = await ask(fillIn(expr, { namespace: ['openfaas-fn'], function: ['qr'] }));
        expect(one).to.not.deep.equal([]);
        for (const { value } of all) expect(Number(value[1])).to.be.finite;
        expect(none).to.deep.equal([]);
        const named = (result: typeof one): ReadonlySet<string | undefined> =>
          new Set(result.map(({ metric }) => metric.function ?? metric.container));
        // Decisions are counted over the functions chosen.
        if (title !== 'Decisions') {
          expect([...named(one)]).to.deep.equal(['qrcode']);
          expect([...named(all)]).to.have.members(FUNCTIONS);
        }
      });
    }

    for (const { name, definition } of dashboard.templating.list) {
      if (definition === undefined) continue;
      it(`offers values for the variable ${name}`, async () => {
        const [, selector = '', label = ''] = /^label_values\((.+), (\w+)\)$/.exec(definition) ?? [];
        const match = new URLSearchParams({ 'match[]': fillIn(selector, { namespace: ['openfaas-fn'] }) });
        const response = await fetch(
          `${running?.origin ?? ''}/api/v1/label/${label}/values?${match.toString()}`,
        );
        const values = valuesSchema.parse(await response.json()).data;
        expect(values).to.have.members(name === 'namespace' ? ['openfaas-fn'] : FUNCTIONS);
      });
    }
  });
});
