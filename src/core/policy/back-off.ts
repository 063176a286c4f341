import * as z from 'zod';
import type { PodFacts, Resources } from '../usage/reading.ts';
import { formatValue, type Metric } from './resources.ts';
import { unixMsOf } from './state-time.ts';

/** Sizes of one metric that some pods were refused, and how many times in a row. */
export const backOffSchema = z.object({
  /** `cpu 250m/500m`: request and limit. */
  sizes: z.string(),
  /** The last letters of the pods' names. */
  pods: z.array(z.string()),
  /** Whole seconds from `firstSeenAt` until they may be asked for again. */
  until: z.number().int(),
  tries: z.number().int(),
});
export type BackOff = z.infer<typeof backOffSchema>;

const FIRST_MS = 5 * 60_000;
const LONGEST_MS = 6 * 60 * 60_000;
/** Two metrics, each with the sizes of two nodes; a function has a kilobyte for all that is known of it. */
const KEPT = 4;
const PODS = 8;

interface Remembered {
  readonly firstSeenAt: number;
  readonly backOff: readonly BackOff[];
}

/** `qrcode-5d4f8c7b9-abcde` → `abcde` */
const suffixOf = ({ pod }: Pick<PodFacts, 'pod'>): string => pod.slice(pod.lastIndexOf('-') + 1).slice(-12);

const text = (metric: Metric, value: number | null): string =>
  value === null ? '-' : formatValue(metric, value);

function sizesOf(metric: Metric, to: Resources): string {
  const [request, limit] =
    metric === 'cpu' ? [to.cpuRequestCores, to.cpuLimitCores] : [to.memoryRequestBytes, to.memoryLimitBytes];
  return `${metric} ${text(metric, request)}/${text(metric, limit)}`;
}

/** `to` without what this pod was refused a while ago, and the refusals that stand in the way. */
export function withoutRefused(
  known: Remembered,
  pod: PodFacts,
  to: Resources,
  now: number,
): { readonly to: Resources; readonly held: readonly (BackOff & { readonly untilMs: number })[] } {
  const standing = known.backOff
    .map((one) => ({ ...one, untilMs: unixMsOf(known, one.until) }))
    .filter(({ pods, untilMs }) => untilMs > now && pods.includes(suffixOf(pod)));
  const find = (metric: Metric) => standing.find(({ sizes }) => sizes === sizesOf(metric, to));
  const [cpu, memory] = [find('cpu'), find('memory')];
  const left = {
    ...to,
    ...(cpu && { cpuRequestCores: null, cpuLimitCores: null }),
    ...(memory && { memoryRequestBytes: null, memoryLimitBytes: null }),
  };
  return { to: left, held: [cpu, memory].filter((one) => one !== undefined) };
}

/** What one pod was refused. */
export interface Refusal {
  readonly pod: PodFacts;
  readonly metric: Metric;
  readonly to: Resources;
}

/**
 * The back-offs after these refusals: five minutes for sizes refused for the first time, twice as long each time, six
 * hours at most. Those of pods that are gone are forgotten.
 */
export function backOffAfter(
  { firstSeenAt, backOff }: Remembered,
  refusals: readonly Refusal[],
  pods: readonly PodFacts[],
  now: number,
): BackOff[] {
  const alive = new Set(pods.map(suffixOf));
  const kept = backOff.filter((one) => one.pods.some((pod) => alive.has(pod)));
  const before = new Map(kept.map((one) => [one.sizes, one]));
  const next = new Map(before);
  for (const { pod, metric, to } of refusals) {
    const sizes = sizesOf(metric, to);
    const tries = (before.get(sizes)?.tries ?? 0) + 1;
    const waitMs = Math.min(LONGEST_MS, FIRST_MS * 2 ** (tries - 1));
    const until = Math.ceil((now + waitMs - firstSeenAt) / 1000);
    const others = (next.get(sizes)?.pods ?? []).filter(
      (other) => other !== suffixOf(pod) && alive.has(other),
    );
    next.delete(sizes);
    next.set(sizes, { sizes, pods: [...others, suffixOf(pod)].slice(-PODS), until, tries });
  }
  return [...next.values()].slice(-KEPT);
}
