import { DEFAULT_PERIOD_MS, type Pattern } from '../../invoker/arrivals.ts';
import { type Random, seededRandom } from '../../invoker/random.ts';
import type { RecordedFunction } from '../../training/recordings/format.ts';

const MINUTE_MS = 60_000;
const MIB = 2 ** 20;

interface Workload {
  readonly name: string;
  readonly handler: string;
  readonly ratePerMinute: number;
  readonly payload: string;
  readonly memoryLimitBytes: number;
  /** Bursts meet this limit: their calls need more than it gives in a minute. */
  readonly burst: {
    readonly ratePerMinute: number;
    readonly cpuLimitCores: number;
  };
}

/** CPU time of a call: qrcode 5 to 25 ms, thumbnail 15 to 200 ms, search 1 to 35 ms. */
export const WORKLOADS: readonly Workload[] = [
  {
    name: 'qrcode',
    handler: 'functions/qrcode',
    ratePerMinute: 12,
    payload: '8-2000',
    memoryLimitBytes: 256 * MIB,
    burst: { ratePerMinute: 100, cpuLimitCores: 0.08 },
  },
  {
    name: 'thumbnail',
    handler: 'training/workloads/thumbnail',
    ratePerMinute: 5,
    payload: 'lognormal:80,0.6',
    memoryLimitBytes: 512 * MIB,
    burst: { ratePerMinute: 32, cpuLimitCores: 0.1 },
  },
  {
    name: 'search',
    handler: 'training/workloads/search',
    ratePerMinute: 12,
    payload: '8-96',
    memoryLimitBytes: 512 * MIB,
    // Collecting its garbage takes a CPU-second: under less, longer than the probe waits.
    burst: { ratePerMinute: 90, cpuLimitCores: 0.2 },
  },
];

interface Load {
  readonly name: string;
  readonly pattern: Pattern;
  readonly spread?: boolean;
  readonly periodMs: number;
}

/** Periods short enough for two of each in a recording. */
const LOADS: readonly Load[] = [
  { name: 'random', pattern: 'random', periodMs: DEFAULT_PERIOD_MS.random },
  { name: 'spread', pattern: 'random', spread: true, periodMs: DEFAULT_PERIOD_MS.random },
  { name: 'diurnal', pattern: 'diurnal', periodMs: 40 * MINUTE_MS },
  { name: 'burst', pattern: 'burst', periodMs: 5 * MINUTE_MS },
  { name: 'onoff', pattern: 'on-off', periodMs: 10 * MINUTE_MS },
  { name: 'ramp', pattern: 'ramp', periodMs: 30 * MINUTE_MS },
  { name: 'constant', pattern: 'constant', periodMs: DEFAULT_PERIOD_MS.constant },
];

/** `-a` may be looked at to choose by; `-b` is held out. */
const SPLITS = { a: 'choice', b: 'held-out' } as const;
/** A function's rate is its workload's times 1 ± this, so that no two have the same load. */
const RATE_SWING = 0.4;
/** Likewise its period, so that no two keep in step. */
const PERIOD_SWING = 0.2;
/** The study's limit, which a call of 15 ms meets. */
const STUDY_LIMIT_CORES = 0.1;
/** Too little for the largest pictures. */
const SCARCE_BYTES = 192 * MIB;

/** Every workload under every pattern, twice: different seeds, rates and so processes. */
export function planFunctions(seed: number): readonly RecordedFunction[] {
  const random = seededRandom(seed);
  return WORKLOADS.flatMap((workload) =>
    LOADS.flatMap((load) => (['a', 'b'] as const).map((half) => planFunction(workload, load, half, random))),
  );
}

function planFunction(workload: Workload, load: Load, half: 'a' | 'b', random: Random): RecordedFunction {
  const isBurst = load.pattern === 'burst';
  const swing = (share: number): number => 1 + share * (2 * random() - 1);
  const rate = isBurst ? workload.burst.ratePerMinute : workload.ratePerMinute * swing(RATE_SWING);
  return {
    name: `${workload.name}-${load.name}-${half}`,
    workload: workload.name,
    split: SPLITS[half],
    pattern: load.pattern,
    spread: load.spread ?? false,
    ratePerMinute: Math.round(rate * 10) / 10,
    periodMs: Math.round(load.periodMs * swing(PERIOD_SWING)),
    seed: Math.floor(random() * 2 ** 31),
    payload: workload.payload,
    // A probe must get its turn between two calls that a small limit makes long, or the pod is ended for dead.
    concurrency: isBurst ? 1 : 4,
    cpuLimitCores: cpuLimitOf(workload, load),
    memoryLimitBytes: isScarce(workload, load) ? SCARCE_BYTES : workload.memoryLimitBytes,
  };
}

function cpuLimitOf(workload: Workload, { name, pattern }: Load): number {
  if (pattern === 'burst') return workload.burst.cpuLimitCores;
  return workload.name === 'qrcode' && name === 'random' ? STUDY_LIMIT_CORES : 1;
}

function isScarce(workload: Workload, load: Load): boolean {
  return workload.name === 'thumbnail' && load.name === 'constant';
}

/** `redeploy`: a rolling update. `kill`: the process is ended and started again in its pod. */
export interface Disturbance {
  readonly afterMs: number;
  readonly functionName: string;
  readonly kind: 'redeploy' | 'kill';
}

/** Every search is redeployed twice, of the others half once; a fifth of those with one core are killed once. */
export function planDisturbances(
  functions: readonly RecordedFunction[],
  durationMs: number,
  seed: number,
): readonly Disturbance[] {
  const random = seededRandom(seed ^ 0x2545f491);
  const at = (from: number, to: number): number => Math.round(durationMs * (from + (to - from) * random()));
  const planned: Disturbance[] = [];
  for (const { name: functionName, workload, cpuLimitCores } of functions) {
    if (workload === 'search') {
      planned.push({ afterMs: at(0.06, 0.45), functionName, kind: 'redeploy' });
      planned.push({ afterMs: at(0.5, 0.92), functionName, kind: 'redeploy' });
    } else if (random() < 0.5) planned.push({ afterMs: at(0.06, 0.92), functionName, kind: 'redeploy' });
    // Under a small limit a start would take longer than the probe waits.
    if (cpuLimitCores === 1 && random() < 0.2) {
      planned.push({ afterMs: at(0.06, 0.92), functionName, kind: 'kill' });
    }
  }
  return planned.sort((a, b) => a.afterMs - b.afterMs);
}
