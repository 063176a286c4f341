/**
 * The page of a thousand functions with an hour of samples each: what a look costs the server, what it sends, and when a
 * browser lets somebody work with it. `npm run bench:page -- --functions 1000 --runs 5`.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as nextTurn } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { Command } from '@commander-js/extra-typings';
import { lookAround } from '#core/chain/look.ts';
import type { MetricsSource, Workloads } from '#core/chain/ports.ts';
import { loadToolkit } from '../../functions/predict-resources/toolkit.ts';
import { predictInTurns } from '../../functions/predict-resources/predict-in-turns.ts';
import { toAssets } from '#page/assets.ts';
import { bundleAssets } from '#page/bundle-assets.ts';
import { createPageHandler } from '#page/handler.ts';
import type { Observed } from '#page/observed.ts';
import { createPageData } from '#page/page-data.ts';
import { END_MS, liveFunction, STEP_MS, STEPS } from './cluster.ts';
import { describeMachine } from './machine.ts';
import { cpuMsSince } from './measure.ts';
import { callSeries, containerSeries } from './page/series.ts';
import { type BrowserTimes, measureInBrowser } from './page/in-browser.ts';
import { spreadOf } from './spread.ts';

const options = new Command('bench:page')
  .option('--functions <count>', 'how many', Number, 1000)
  .option('--runs <count>', 'of which the median is told', Number, 5)
  .option('--chromium <path>', 'the browser', process.env.CHROMIUM ?? '/usr/bin/chromium')
  .parse()
  .opts();

const live = Array.from({ length: options.functions }, liveFunction);
const source: MetricsSource = {
  name: 'scrape',
  read: () =>
    Promise.resolve({
      containers: live.map((_, index) => containerSeries(index)),
      calls: live.map((_, index) => callSeries(index)),
    }),
};
const workloads: Workloads = {
  functions: () => Promise.resolve(live),
  nodes: () =>
    Promise.resolve([{ name: 'node-0', allocatableCpuCores: 64, allocatableMemoryBytes: 2 ** 38 }]),
};

const toolkit = await loadToolkit({ MODEL_PATH: undefined, MODEL_MISSING: 'fail' }, () => undefined);

async function observe(signal: AbortSignal): Promise<Observed> {
  const look = await lookAround(
    {
      clock: () => END_MS,
      source,
      workloads,
      states: () => Promise.resolve(new Map()),
      forecast: (usage) => predictInTurns(usage, toolkit, signal),
    },
    { stepMs: STEP_MS, steps: STEPS, horizonMs: 75_000, messageBytes: 1_000_000 },
    signal,
  );
  return {
    ...look,
    target: 'a benchmark',
    notes: [],
    functions: look.functions.map(({ recommendation, ...seen }) => ({
      ...seen,
      recommended: recommendation?.to ?? null,
      decisions: [],
    })),
  };
}

const rows: [what: string, figure: string][] = [];
const tell = (what: string, values: readonly number[], unit: string): void => {
  const { median, low, high } = spreadOf(values);
  rows.push([what, `${median.toFixed(0)} ${unit} (${low.toFixed(0)}–${high.toFixed(0)})`]);
};

/** CPU ms of each of the runs. */
async function repeated(work: () => unknown): Promise<number[]> {
  const costs: number[] = [];
  for (let run = 0; run < options.runs; run += 1) {
    const before = process.cpuUsage();
    await work();
    costs.push(cpuMsSince(before));
  }
  return costs;
}

/** The longest ms of each run in which nothing else had its turn. */
async function pauses(work: () => Promise<unknown>): Promise<number[]> {
  const longest: number[] = [];
  for (let run = 0; run < options.runs; run += 1) {
    const delays = monitorEventLoopDelay({ resolution: 1 });
    delays.enable();
    await work();
    // A turn for the last of them to be seen.
    await nextTurn(5);
    delays.disable();
    longest.push(delays.max / 1e6);
  }
  return longest;
}

const { signal } = new AbortController();
tell('server: a look, forecasts of all included, CPU', await repeated(() => observe(signal)), 'ms');
tell('server: the longest that others wait meanwhile', await pauses(() => observe(signal)), 'ms');
const observed = await observe(signal);
const fresh = () => createPageData({ observe: () => Promise.resolve(observed), clock: Date.now });
tell('server: the list of a look, CPU', await repeated(() => fresh().list(signal)), 'ms');
const list = JSON.stringify(await fresh().list(signal));
tell('server: its JSON, CPU', await repeated(async () => JSON.stringify(await fresh().list(signal))), 'ms');
tell('server: compressing it, CPU', await repeated(() => gzipSync(list)), 'ms');
rows.push(['sent: the list', `${kB(list.length)}, compressed ${kB(gzipSync(list).length)}`]);
const name = live[0]?.name ?? '';
const detail = JSON.stringify(await fresh().detail('openfaas-fn', name, signal));
rows.push(['sent: one function', `${kB(detail.length)}, compressed ${kB(gzipSync(detail).length)}`]);
tell('server: one function, CPU', await repeated(() => fresh().detail('openfaas-fn', name, signal)), 'ms');

function kB(bytes: number): string {
  return `${(bytes / 1000).toFixed(0)} kB`;
}

const files = await bundleAssets();
const scripts = [...files].filter(([file]) => file.endsWith('.js')).map(([, contents]) => contents);
const sum = (sizes: readonly number[]): number => sizes.reduce((total, size) => total + size, 0);
rows.push([
  'sent: the scripts',
  `${kB(sum(scripts.map(({ length }) => length)))}, compressed ${kB(sum(scripts.map((one) => gzipSync(one).length)))}`,
]);

const data = createPageData({ observe, clock: Date.now });
await data.list(signal);
const handle = createPageHandler({
  assets: toAssets(files),
  data,
  onProblem: (error) => {
    throw error;
  },
});
const server = createServer((request, response) => void handle(request, response));
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
// A server that listens on a port has an address with one.
const { port } = server.address() as AddressInfo;
const times: BrowserTimes[] = await measureInBrowser({ ...options, url: `http://127.0.0.1:${port}/`, name });
const of = (key: keyof BrowserTimes): number[] => times.map((run) => run[key]);
tell('browser: first rows seen, from the click on the address', of('firstRowsMs'), 'ms');
tell('browser: typing in Find answered, from the click on the address', of('usableMs'), 'ms');
tell('browser: all rows there', of('allRowsMs'), 'ms');
tell('browser: longest task until then', of('longestTaskMs'), 'ms');
tell('browser: a letter in Find to the rows that are left', of('findMs'), 'ms');
tell('browser: sorting by a column', of('sortMs'), 'ms');
tell('browser: from a click on a function to its charts', of('openMs'), 'ms');
server.closeAllConnections();
server.close();

const { cpu, cores, node } = describeMachine();
process.stdout.write(
  `${cpu}, ${cores} cores, Node.js ${node}; ${options.functions} functions × ${STEPS} samples\n`,
);
process.stdout.write(`medians (quartiles) of ${options.runs} runs\n`);
for (const [what, figure] of rows) process.stdout.write(`  ${what.padEnd(64)} ${figure}\n`);
process.exit();
