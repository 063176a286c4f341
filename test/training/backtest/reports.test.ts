import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { backtest } from '../../../training/backtest/backtest.ts';
import { htmlReport } from '../../../training/backtest/html-report.ts';
import type { BacktestReport } from '../../../training/backtest/report.ts';
import { textReport } from '../../../training/backtest/text-report.ts';
import { writeReport } from '../../../training/backtest/write-report.ts';
import { MI, OPTIONS, traceOf } from './traces.ts';

const never = new AbortController().signal;

const reportOf = (
  histories: readonly ReturnType<typeof traceOf>[],
  change: Partial<typeof OPTIONS> = {},
): Promise<BacktestReport> => backtest({ name: 'test <data>', histories }, { ...OPTIONS, ...change }, never);

/** Use of 100m that is 200m for a minute every ten minutes, and memory that is not known. */
const spikes = traceOf(240, {
  cpuCores: Float64Array.from({ length: 240 }, (_, i) => (i % 40 < 4 ? 0.2 : 0.1)),
  memoryBytes: new Float64Array(240).fill(NaN),
});

describe('the report in a terminal', () => {
  it('is three tables a resource for a few functions', async () => {
    const report = await reportOf([spikes], { delayMs: 0 });
    const lines = textReport(report).split('\n');
    const cells = lines.map((line) => line.split(/ {2,}/));
    const rowsOf = (label: string) => cells.filter(([first]) => first === label).map((row) => row.slice(1));
    expect(lines.slice(0, 4)).to.deep.equal([
      'resize (openfaas-fn): rows 81 to 240, 40m in steps of 15s; a decision each 1m, in force at once',
      '',
      'CPU: 160 samples, 0 gaps, mean use 110m; forecasts by persistence 100 %',
      '',
    ]);
    expect(rowsOf('method')).to.deep.equal([
      ['as used', 'short', 'depth', 'worst', '×', 'resizes/h', 'at ≤ 1 %', 'short', '×'],
    ]);
    // Three phases of four see a spike of a minute in two of their minutes; the record begins with one of four.
    expect(rowsOf('oracle')).to.deep.equal([['exact peak', '0 %', '–', '–', '1.060', '10.5', '–', '–', '–']]);
    expect(rowsOf('static, best in hindsight')).to.deep.equal([
      ['–', '–', '–', '–', '–', '–', '200m', '0 %', '1.818'],
      ['1.818', '1.818', '1.818', '1.818', '1.818', '1.818', '0.909'],
    ]);
    expect(rowsOf('pinball ÷ persistence')).to.deep.equal([
      ['p50', 'p90', 'p95', 'p99', 'all', ...['p50', 'p90', 'p95', 'p99'].map((name) => `coverage ${name}`)],
    ]);
    const [outcome, scores, front] = rowsOf('persistence');
    expect(outcome).to.have.length(9);
    expect(outcome?.[0]).to.equal('p90 × 1.1');
    expect(scores?.slice(0, 5)).to.deep.equal(new Array<string>(5).fill('1.00'));
    expect(scores?.[6]).to.match(/^[01]\.\d{3} ± 0\.047$/);
    expect(front).to.have.length(7);
    expect(lines).to.include('memory: not judged, rows 81 to 240 hold no sample');
  });

  it('is a line for each resource of many, with their medians', async () => {
    const names = ['one', 'two', 'three', 'four', 'five'];
    const histories = names.map((name, i) => traceOf(60, { name }, i));
    const memoryBytes = new Float64Array(60).fill(NaN);
    const text = textReport(await reportOf([...histories, traceOf(60, { name: 'six', memoryBytes })]));
    const lines = text.split('\n');
    expect(lines[0]).to.match(/^function +of +samples +static/);
    expect(lines.slice(1, 14).map((line) => line.split(/ {2,}/).slice(0, 2).join(' '))).to.deep.equal([
      ...names.flatMap((name) => [`${name} CPU`, `${name} memory`]),
      ...['six CPU', 'median of 6 CPU', 'median of 5 memory'],
    ]);
    expect(text).to.include('six, memory: rows 21 to 60 hold no sample');
  });
});

describe('the report as a page', () => {
  let page = '';
  let many = '';

  before(async () => {
    const odd = traceOf(120, { name: '<b>&"odd"' });
    page = await htmlReport(
      await reportOf([odd], { policy: 'full', annotations: { 'foresize/evidence': '10m' } }),
    );
    const names = ['one', 'two', 'three'];
    many = await htmlReport(await reportOf(names.map((name) => traceOf(30, { name }))));
  });

  it('loads nothing and runs nothing: its policy allows its own style sheet, by hash, and no more', () => {
    const [, policy] = /<meta http-equiv="Content-Security-Policy" content="([^"]*)">/.exec(page) ?? [];
    const styles = [...page.matchAll(/<style>(.*?)<\/style>/gs)];
    expect(styles).to.have.length(1);
    const hash = createHash('sha256')
      .update(styles[0]?.[1] ?? '')
      .digest('base64');
    expect(policy).to.equal(`default-src 'none'; style-src 'sha256-${hash}'`);
    expect(page).not.to.match(/<(script|link|img|iframe)|\sstyle="|\son\w+="/);
    const addresses = [...page.matchAll(/https?:[^"')\s]*/g)].map(([address]) => address);
    expect(new Set(addresses)).to.deep.equal(
      new Set(['http://www.w3.org/2000/svg', 'http://www.w3.org/1999/xlink']),
    );
  });

  it('follows the screen into the dark, plots too, and is light on paper', () => {
    expect(page).to.include('@media screen and (prefers-color-scheme:dark){:root{');
    expect(page).to.include('.plot [fill=');
    expect(page).to.include('@media print');
  });

  it('shows use, front and coverage of each resource, with names for those who do not see them', () => {
    const labels = [...page.matchAll(/<svg [^>]*aria-label="([^"]*)"/g)].map(([, label]) => label ?? '');
    expect(labels).to.have.length(6);
    expect(labels[0]).to.match(/^CPU of .*: use, allocation and forecast over time/);
    expect(labels[1]).to.match(/allocation ÷ use against the share of samples short/);
    expect(labels[2]).to.match(/how often each quantile of the peak held/);
    expect(page).to.include('whole policy');
  });

  it('writes names as text', () => {
    expect(page).not.to.include('<b>');
    expect(page).to.include('&#60;b&#62;&#38;&#34;odd&#34;');
    expect(page).to.include('<title>Backtest of test &#60;data&#62;</title>');
  });

  it('links a summary to a section for each function, folded where there are many', () => {
    const targets = [...many.matchAll(/href="#([^"]*)"/g)].map(([, id]) => id);
    expect(new Set(targets)).to.deep.equal(new Set(['function-1', 'function-2', 'function-3']));
    expect([...many.matchAll(/<details id="([^"]*)">/g)].map(([, id]) => id)).to.deep.equal([
      ...new Set(targets),
    ]);
    expect(page).to.include('<details id="function-1" open>');
    expect(many).to.include('median of 3');
    expect(many).to.match(/aria-label="CPU of 3 functions: allocation ÷ use/);
    expect(many.match(/<style>/g)).to.have.length(1);
  });

  it('says what could not be judged, and draws no plot without a front', async () => {
    const zeros = traceOf(60, {
      cpuCores: new Float64Array(60),
      memoryBytes: new Float64Array(60).fill(NaN),
    });
    const text = await htmlReport(await reportOf([zeros]));
    expect(text).to.include('Not judged: rows 21 to 60 hold no sample.');
    expect(text).not.to.include('against the share of samples short, by method');
  });
});

describe('the files of a report', () => {
  let folder = '';

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'foresize-backtest-'));
  });

  after(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  it('are a page and JSON with every figure, which replace those of an earlier run', async () => {
    const out = join(folder, 'new', 'report');
    const report = await reportOf([traceOf(60, { memoryBytes: new Float64Array(60).fill(8 * MI) })]);
    const { json, html } = await writeReport(report, out);
    await writeFile(json, 'earlier');
    await writeReport(report, out);
    expect((await readdir(out)).sort()).to.deep.equal(['backtest.html', 'backtest.json']);
    expect(await readFile(html, 'utf8')).to.match(/^<!doctype html>/);
    const read: unknown = JSON.parse(await readFile(json, 'utf8'));
    expect(read).to.include({
      version: 1,
      dataSet: 'test <data>',
      cadenceMs: 60_000,
      forecaster: 'persistence',
    });
    expect(read).to.have.nested.property('functions[0].cpu.methods[0].own.outcome.short', 0);
    expect(read).to.have.nested.property('summary.rows[1].best.persistence', 1);
    expect(read).not.to.have.nested.property('functions[0].cpu.plot');
  });

  it('are not written when it is told to end while it draws', async () => {
    const controller = new AbortController();
    const report = await reportOf([traceOf(30), traceOf(30, { name: 'other' })]);
    const out = join(folder, 'aborted');
    const drawing = {
      signal: controller.signal,
      onProgress: () => {
        controller.abort();
      },
    };
    const reason = await writeReport(report, out, drawing).catch((error: unknown) => error);
    expect(reason).to.equal(controller.signal.reason);
    expect(await readdir(folder)).not.to.include('aborted');
  });
});
