import type { FunctionState } from './state.ts';
import { UNIT, type Metric } from './resources.ts';
import type { KnownPeak } from './context.ts';
import { formatDurationMs } from '../units/duration.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** The running bucket and the 24 hours (8 days) before it: a window of 24 h touches 25 clock hours. */
const KEPT = { hourly: 25, daily: 9 } as const;
const WIDTH_MS = { hourly: HOUR_MS, daily: DAY_MS } as const;

type Grain = keyof typeof KEPT;
type Maxima = FunctionState['hourly'];

/** Maxima before the first sample. */
export const NO_MAXIMA: Maxima = { first: 0, cpu: [], memory: [] };

/** Up to whole millicores and MiB: the state holds 68 of these in 1 kB. */
function coarse(metric: Metric, value: number | null): number | null {
  return value === null ? null : Math.ceil(value / UNIT[metric] - 1e-6);
}

function larger(known: number | null | undefined, seen: number | null): number | null {
  if (seen === null) return known ?? null;
  return Math.max(known ?? 0, seen);
}

/** The maxima with one more sample; the clock may stand still or leap, and what falls out of the window is dropped. */
export function recordMaximum(
  maxima: Maxima,
  grain: Grain,
  now: number,
  cpuCores: number | null,
  memoryBytes: number | null,
): Maxima {
  const bucket = Math.floor(now / WIDTH_MS[grain]);
  const known = maxima.cpu.length;
  const newest = maxima.first + known - 1;
  if (known > 0 && bucket < newest) return maxima;
  const first = Math.max(known === 0 ? bucket : maxima.first, bucket - KEPT[grain] + 1);
  const at = (values: readonly (number | null)[], seen: number | null): (number | null)[] =>
    Array.from({ length: bucket - first + 1 }, (_, offset) => {
      const old = values[first + offset - maxima.first] ?? null;
      return first + offset === bucket ? larger(old, seen) : old;
    });
  return {
    first,
    cpu: at(maxima.cpu, coarse('cpu', cpuCores)),
    memory: at(maxima.memory, coarse('memory', memoryBytes)),
  };
}

/** What two records hold together, no older than the newest of both allows. */
export function mergeMaxima(left: Maxima, right: Maxima, grain: Grain): Maxima {
  if (left.cpu.length === 0) return right;
  if (right.cpu.length === 0) return left;
  const end = Math.max(left.first + left.cpu.length, right.first + right.cpu.length);
  const first = Math.max(Math.min(left.first, right.first), end - KEPT[grain]);
  const at = (metric: Metric): (number | null)[] =>
    Array.from({ length: end - first }, (_, offset) =>
      larger(left[metric][first + offset - left.first], right[metric][first + offset - right.first] ?? null),
    );
  return { first, cpu: at('cpu'), memory: at('memory') };
}

function inWindow(maxima: Maxima, grain: Grain, metric: Metric, fromMs: number): (number | null)[] {
  const values = metric === 'cpu' ? maxima.cpu : maxima.memory;
  const skip = Math.max(0, Math.floor(fromMs / WIDTH_MS[grain]) - maxima.first);
  return values.slice(skip);
}

/** The maxima, hourly and daily, of the buckets that began after `fromMs`, those of unknown use left out. */
export function maximaAfter(
  state: Pick<FunctionState, Grain>,
  metric: Metric,
  fromMs: number,
): readonly number[] {
  const after = (grain: Grain): (number | null)[] =>
    inWindow(state[grain], grain, metric, fromMs + WIDTH_MS[grain]);
  return [...after('hourly'), ...after('daily')].filter((value) => value !== null);
}

export const greatest = (values: readonly (number | null)[]): number | null =>
  values.reduce<number | null>((most, value) => larger(most, value), null);

/**
 * Highest use over the last `evidenceMs`, from the hourly maxima up to a day, from the daily ones beyond, and from the
 * newest readings. Whole buckets count, so the window is at most one bucket longer than asked for, never shorter.
 */
export function knownPeak(
  state: FunctionState,
  newest: readonly (number | null)[],
  metric: Metric,
  now: number,
  evidenceMs: number,
): KnownPeak {
  const grain = grainOf(evidenceMs);
  const buckets = inWindow(state[grain], grain, metric, now - evidenceMs);
  const recorded = greatest(buckets);
  const value = greatest([recorded === null ? null : recorded * UNIT[metric], ...newest]);
  const age = now - state.firstSeenAt;
  if (age < evidenceMs) return { value, missing: `${ages(age)} of use known, ${ages(evidenceMs)} needed` };
  const holes = buckets.filter((bucket) => bucket === null).length;
  if (value === null) return { value, missing: 'no use known' };
  if (holes > 0) {
    return { value, missing: `use unknown for ${holes} of the last ${buckets.length} ${unitOf(grain)}` };
  }
  return { value, missing: null };
}

const grainOf = (evidenceMs: number): Grain => (evidenceMs <= DAY_MS ? 'hourly' : 'daily');

/** What `knownPeak` looks back over, told: of a window shorter than a bucket, as far back as that reaches. */
export function toldWindow(
  { firstSeenAt }: Pick<FunctionState, 'firstSeenAt'>,
  now: number,
  evidenceMs: number,
): string {
  const width = WIDTH_MS[grainOf(evidenceMs)];
  if (evidenceMs >= width) return ages(evidenceMs);
  const from = Math.floor((now - evidenceMs) / width) * width;
  return ages(now - Math.max(from, firstSeenAt));
}

const unitOf = (grain: Grain): string => (grain === 'hourly' ? 'hours' : 'days');

/** Two units are enough for a sentence: `2d3h`, `1m30s`. */
export function ages(ms: number): string {
  const unit = ms >= DAY_MS ? HOUR_MS : ms >= HOUR_MS ? 60_000 : 1000;
  return formatDurationMs(Math.max(0, Math.floor(ms / unit) * unit));
}
