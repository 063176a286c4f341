import { setTimeout as pause } from 'node:timers/promises';
import type { LoadSummary, Sized } from '../../test/cluster/installation.ts';
import { spreadOf } from '../bench/spread.ts';
import type { Place } from './place.ts';

const TOO_LITTLE = { cpu: '100m', memory: '256Mi' };
const REQUESTS = { cpu: '20m', memory: '96Mi' };
const NAMES = ['unlimited', 'kept', 'budgeted'] as const;
type Name = (typeof NAMES)[number];

const BUDGET = 1.2;
const MINUTE_MS = 60_000;
/** How often use is looked at while sizes settle: as often as the chain looks. */
const LOOK_MS = 15_000;
/** At random moments, each about 100 ms of CPU. */
const LOAD = { ratePerMinute: 100, body: JSON.stringify({ iterations: 200_000 }) };
/** In which rescue answers, and what has piled up is worked off. */
const SETTLING_MS = 150_000;

/** The same function three times. */
export const MODE_FUNCTIONS: readonly Sized[] = [
  {
    name: 'unlimited',
    image: 'workload',
    limits: { memory: '256Mi' },
    requests: REQUESTS,
    annotations: { mode: 'off' },
  },
  { name: 'kept', image: 'workload', limits: TOO_LITTLE, requests: REQUESTS },
  budgeted({ mode: 'off' }),
];

function budgeted(annotations: Readonly<Record<string, string>>): Sized {
  return { name: 'budgeted', image: 'workload', limits: TOO_LITTLE, requests: REQUESTS, annotations };
}

/** How one of the three fared, over minutes under the same load, each alone on the node. */
export interface ModeRow {
  readonly name: Name;
  readonly limitCores: number | null;
  readonly p95Ms: number;
  /** Median of each minute's p95 ÷ that of the unlimited one under the same calls. */
  readonly ratio: number;
  readonly ratios: readonly number[];
  /** p95 ÷ the latency budget. */
  readonly budgetShare: number;
  /** CPU request at the end ÷ mean use of the busiest minute, those in which sizes settled among them. */
  readonly requestOverUse: number;
  readonly errors: number;
  readonly restarts: number;
}

export interface Modes {
  readonly budgetMs: number;
  readonly rows: readonly ModeRow[];
}

interface Minute {
  readonly summary: LoadSummary;
  readonly useCores: number;
}

const p95 = ({ latencyMs }: LoadSummary): number => latencyMs?.p95 ?? NaN;

async function minute(place: Place, name: Name, seed: number, durationMs = MINUTE_MS): Promise<Minute> {
  const before = await place.counters(name);
  const startedMs = performance.now();
  const summary = await place.load(name, { ...LOAD, durationMs, seed });
  const after = await place.counters(name);
  const useCores = ((after.cpuSeconds - before.cpuSeconds) * 1000) / (performance.now() - startedMs);
  return { summary, useCores };
}

/** One after the other, so that none is another's neighbour, with the same calls. */
async function inTurn(place: Place, run: number): Promise<readonly Minute[]> {
  const measured: Minute[] = [];
  for (const name of NAMES) measured.push(await minute(place, name, 1 + run));
  return measured;
}

/** Load on all three at once until their sizes have settled; the mean use of each one's busiest minute, cores. */
async function settle(place: Place): Promise<readonly number[]> {
  const over = new AbortController();
  const looks = NAMES.map((name) => busiestMinute(place, name, over.signal));
  await Promise.all(NAMES.map((name, index) => minute(place, name, 10 + index, SETTLING_MS)));
  over.abort();
  return Promise.all(looks);
}

async function busiestMinute(place: Place, name: Name, signal: AbortSignal): Promise<number> {
  const looks: { readonly atMs: number; readonly cpuSeconds: number }[] = [];
  while (!signal.aborted) {
    const { cpuSeconds } = await place.counters(name);
    looks.push({ atMs: performance.now(), cpuSeconds });
    await pause(LOOK_MS, undefined, { signal }).catch(() => undefined);
  }
  const uses = looks.flatMap((from, at) => {
    const to = looks.slice(at).find(({ atMs }) => atMs - from.atMs >= MINUTE_MS - LOOK_MS / 2);
    return to === undefined ? [] : [((to.cpuSeconds - from.cpuSeconds) * 1000) / (to.atMs - from.atMs)];
  });
  return Math.max(...uses);
}

export async function measureModes(
  place: Place,
  runs: number,
  progress: (text: string) => void,
): Promise<Modes> {
  const alone: number[] = [];
  for (let run = 0; run < runs; run += 1)
    alone.push(p95((await minute(place, 'unlimited', 1 + run)).summary));
  const unlimitedMs = spreadOf(alone).median;
  const budgetMs = Math.round(BUDGET * unlimitedMs);
  progress(`unlimited, alone: p95 ${unlimitedMs.toFixed(0)} ms, so the budget is ${budgetMs} ms`);
  await place.redeploy(budgeted({ 'cpu-limit': 'latency', 'latency-budget': `${budgetMs}ms` }));
  const busiest = await settle(place);
  const minutes: (readonly Minute[])[] = [];
  for (let run = 0; run < runs; run += 1) {
    const measured = await inTurn(place, run);
    progress(
      measured.map(({ summary }, at) => `${NAMES[at] ?? ''} p95 ${p95(summary).toFixed(0)} ms`).join(', '),
    );
    minutes.push(measured);
  }
  return {
    budgetMs,
    rows: await Promise.all(
      NAMES.map((name, at) => rowOf(place, { name, at, minutes, budgetMs, busiest: busiest[at] ?? NaN })),
    ),
  };
}

interface Measured {
  readonly name: Name;
  readonly at: number;
  readonly minutes: readonly (readonly Minute[])[];
  readonly budgetMs: number;
  /** Cores, while sizes settled. */
  readonly busiest: number;
}

async function rowOf(place: Place, measured: Measured): Promise<ModeRow> {
  const { name, at, minutes, budgetMs, busiest } = measured;
  const of = (index: number): readonly LoadSummary[] =>
    minutes.flatMap((one) => one.slice(index, index + 1)).map(({ summary }) => summary);
  const uses = minutes.map((one) => one[at]?.useCores ?? NaN);
  const [own, free] = [of(at).map(p95), of(0).map(p95)];
  const { cpuRequestCores, cpuLimitCores, restarts } = await place.inForce(name);
  const p95Ms = spreadOf(own).median;
  const ratios = own.map((value, run) => value / (free[run] ?? NaN));
  return {
    name,
    limitCores: cpuLimitCores,
    p95Ms,
    ratio: spreadOf(ratios).median,
    ratios,
    budgetShare: p95Ms / budgetMs,
    requestOverUse: (cpuRequestCores ?? NaN) / Math.max(busiest, ...uses),
    errors: of(at).reduce((sum, { errors }) => sum + errors, 0),
    restarts,
  };
}
