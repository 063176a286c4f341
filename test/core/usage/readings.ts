import type { CallSeries, ContainerSeries, PodFacts, Resources } from '#core/usage/reading.ts';
import { NO_RESOURCES } from '../../support/no-resources.ts';

/** Sample times every `periodMs`, the last one at `endMs`. */
export function everyMs(periodMs: number, count: number, endMs: number): number[] {
  return Array.from({ length: count }, (_, i) => endMs - (count - 1 - i) * periodMs);
}

type Columns = Exclude<keyof ContainerSeries, 'namespace' | 'pod' | 'container' | 'startedAtMs' | 'timesMs'>;

/** A container's samples; a column not given was not there. */
export function container(
  timesMs: readonly number[],
  columns: Partial<Record<Columns, readonly number[]>>,
  identity: Partial<Pick<ContainerSeries, 'namespace' | 'pod' | 'container' | 'startedAtMs'>> = {},
): ContainerSeries {
  const column = (name: Columns): Float64Array =>
    Float64Array.from(timesMs, (_, i) => columns[name]?.[i] ?? NaN);
  return {
    namespace: 'openfaas-fn',
    pod: 'qrcode-7d9c9b5f4-x2x7k',
    startedAtMs: null,
    ...identity,
    timesMs: Float64Array.from(timesMs),
    cpuSeconds: column('cpuSeconds'),
    throttledSeconds: column('throttledSeconds'),
    throttledPeriods: column('throttledPeriods'),
    memoryBytes: column('memoryBytes'),
    oomEvents: column('oomEvents'),
    cpuLimitCores: column('cpuLimitCores'),
    memoryLimitBytes: column('memoryLimitBytes'),
  };
}

export function calls(
  timesMs: readonly number[],
  started: readonly number[],
  completed: readonly number[] = started,
  buckets: Readonly<Record<string, readonly number[]>> = {},
): CallSeries {
  return {
    namespace: 'openfaas-fn',
    functionName: 'qrcode',
    timesMs: Float64Array.from(timesMs),
    started: Float64Array.from(started),
    completed: Float64Array.from(completed),
    durationBoundsSeconds: Object.keys(buckets).map((bound) => (bound === '+Inf' ? Infinity : Number(bound))),
    durationCounts: Object.values(buckets).map((counts) => Float64Array.from(counts)),
  };
}

type PodOverrides = Partial<Omit<PodFacts, 'inForce'>> & { readonly inForce?: Partial<Resources> };

export function pod({ inForce, ...facts }: PodOverrides = {}): PodFacts {
  return {
    namespace: 'openfaas-fn',
    functionName: 'qrcode',
    pod: 'qrcode-7d9c9b5f4-x2x7k',
    container: 'qrcode',
    uid: 'u',
    node: 'node-a',
    qosClass: 'Burstable',
    ready: true,
    readySinceMs: 0,
    startedAtMs: 0,
    restarts: 0,
    lastTermination: null,
    desired: NO_RESOURCES,
    ...facts,
    inForce: { ...NO_RESOURCES, ...inForce },
  };
}
