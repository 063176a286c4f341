import type { LoadSummary, Sized } from '../../test/cluster/installation.ts';
import { spreadOf } from '../bench/spread.ts';
import type { Place } from './place.ts';

const TOO_LITTLE = { cpu: '100m', memory: '256Mi' };
const REQUESTS = { cpu: '20m', memory: '96Mi' };
const NAMES = ['unlimited', 'kept', 'budgeted'] as const;
type Name = (typeof NAMES)[number];

const BUDGET = 1.2;
const MINUTE_MS = 60_000;
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

/** How one of the three fared, over minutes under the same load. */
export interface ModeRow {
  readonly name: Name;
  readonly limitCores: number | null;
  readonly p95Ms: number;
  /** Median of each minute's p95 ÷ that of the unlimited one in the same minute. */
  readonly ratio: number;
  readonly ratios: readonly number[];
  /** p95 ÷ the latency budget. */
  readonly budgetShare: number;
  /** CPU request at the end ÷ mean use of the busiest minute. */
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

/** All three at once, so that they meet the same machine; their seeds go round. */
function together(place: Place, run: number): Promise<readonly Minute[]> {
  return Promise.all(NAMES.map((name, index) => minute(place, name, 1 + ((run + index) % NAMES.length))));
}

export async function measureModes(
  place: Place,
  runs: number,
  progress: (text: string) => void,
): Promise<Modes> {
  const alone = await minute(place, 'unlimited', 1);
  const budgetMs = Math.round(BUDGET * p95(alone.summary));
  progress(`unlimited, alone: p95 ${p95(alone.summary).toFixed(0)} ms, so the budget is ${budgetMs} ms`);
  await place.redeploy(budgeted({ 'cpu-limit': 'latency', 'latency-budget': `${budgetMs}ms` }));
  await Promise.all(NAMES.map((name, index) => minute(place, name, 10 + index, SETTLING_MS)));
  const minutes: (readonly Minute[])[] = [];
  for (let run = 0; run < runs; run += 1) {
    const measured = await together(place, run);
    progress(
      measured.map(({ summary }, at) => `${NAMES[at] ?? ''} p95 ${p95(summary).toFixed(0)} ms`).join(', '),
    );
    minutes.push(measured);
  }
  return {
    budgetMs,
    rows: await Promise.all(NAMES.map((name, at) => rowOf(place, name, at, minutes, budgetMs))),
  };
}

async function rowOf(
  place: Place,
  name: Name,
  at: number,
  minutes: readonly (readonly Minute[])[],
  budgetMs: number,
): Promise<ModeRow> {
  const of = (index: number): readonly LoadSummary[] =>
    minutes.flatMap((measured) => measured.slice(index, index + 1)).map(({ summary }) => summary);
  const uses = minutes.map((measured) => measured[at]?.useCores ?? NaN);
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
    requestOverUse: (cpuRequestCores ?? NaN) / Math.max(...uses),
    errors: of(at).reduce((sum, { errors }) => sum + errors, 0),
    restarts,
  };
}
