import { lookAround } from '#core/chain/look.ts';
import type { LiveFunction } from '#core/chain/ports.ts';
import type { PastHour } from '#core/recommend/past-use.ts';
import type { ContainerSeries, PodFacts, Resources } from '#core/usage/reading.ts';
import { predictUsage } from '#forecast/predict-usage.ts';
import type { Observation } from '../../../cli/observe/observation.ts';
import { GRID } from '../../../cli/observe/observe.ts';
import { pod } from '../../core/policy/situation.ts';

const MI = 2 ** 20;
const HOUR = 3_600_000;
export const AT = Date.UTC(2026, 5, 15, 12);

/** One function as a test makes it up; use is the same in all of its pods. */
interface Made {
  readonly name: string;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly sizes: Resources;
  readonly pods?: number;
  /** How long ago it was first seen. */
  readonly forMs?: number;
  readonly cpuCores: number;
  readonly memoryBytes: number;
  /** Throttled seconds of each second of CPU. */
  readonly stretch?: number;
  readonly past?: Omit<PastHour, 'startMs'>;
}

const sizes = (cpuRequest: number, cpuLimit: number | null, memoryRequest: number, memoryLimit: number) => ({
  cpuRequestCores: cpuRequest,
  cpuLimitCores: cpuLimit,
  memoryRequestBytes: memoryRequest * MI,
  memoryLimitBytes: memoryLimit * MI,
});

const FUNCTIONS: readonly Made[] = [
  {
    name: 'idle',
    sizes: sizes(0.1, null, 128, 256),
    pods: 2,
    cpuCores: 0.004,
    memoryBytes: 20 * MI,
    past: { cpuCores: 0.005, totalCpuCores: 0.009, memoryBytes: 21 * MI },
  },
  {
    name: 'slow',
    annotations: { 'foresize/mode': 'apply' },
    sizes: sizes(0.05, 0.1, 128, 256),
    cpuCores: 0.09,
    memoryBytes: 100 * MI,
    stretch: 3,
  },
  { name: 'young', sizes: sizes(0.02, 0.2, 64, 128), forMs: 300_000, cpuCores: 0.02, memoryBytes: 60 * MI },
  {
    name: 'wrong',
    annotations: { 'foresize/mode': 'maybe' },
    sizes: sizes(0.05, 0.1, 64, 128),
    cpuCores: 0.01,
    memoryBytes: 30 * MI,
  },
];

const podsOf = ({ name, sizes: own, pods = 1 }: Made): PodFacts[] =>
  Array.from({ length: pods }, (_, index) => ({
    ...pod(own, AT),
    functionName: name,
    container: name,
    pod: `${name}-7d9c9b5f4-${'abcde'.slice(index)}${index}`,
    uid: `${name}-${index}`,
  }));

const liveOf = (made: Made): LiveFunction => ({
  namespace: 'openfaas-fn',
  name: made.name,
  uid: `uid-of-${made.name}`,
  annotations: made.annotations ?? {},
  labels: {},
  replicas: made.pods ?? 1,
  template: made.sizes,
  pods: podsOf(made),
});

/** An hour, or less, of counters, read each 15 s. */
function seriesOf(made: Made): ContainerSeries[] {
  const { cpuCores, memoryBytes, stretch = 0, forMs = HOUR, sizes: own } = made;
  const steps = Math.floor(forMs / GRID.stepMs);
  const column = (value: (seconds: number) => number): Float64Array =>
    Float64Array.from({ length: steps + 1 }, (_, step) => value((step * GRID.stepMs) / 1000));
  return podsOf(made).map(({ namespace, pod: name, container }) => ({
    namespace,
    pod: name,
    container,
    startedAtMs: AT - forMs - 60_000,
    timesMs: column((seconds) => AT - forMs + seconds * 1000),
    cpuSeconds: column((seconds) => 1 + seconds * cpuCores),
    throttledSeconds: column((seconds) => seconds * cpuCores * stretch),
    throttledPeriods: column((seconds) => (stretch > 0 ? seconds * 5 : 0)),
    memoryBytes: column(() => memoryBytes),
    oomEvents: column(() => 0),
    cpuLimitCores: column(() => own.cpuLimitCores ?? NaN),
    memoryLimitBytes: column(() => own.memoryLimitBytes ?? NaN),
  }));
}

/** Nine days of it, where there is any. */
function pastOf(name: string): PastHour[] {
  const past = FUNCTIONS.find((made) => made.name === name)?.past;
  if (past === undefined) return [];
  return Array.from({ length: 9 * 24 }, (_, index) => ({ startMs: AT - (9 * 24 - index) * HOUR, ...past }));
}

/** What a look at four functions finds: one idle, one slowed, one young, and one with a wrong annotation. */
export async function madeUpObservation(): Promise<Observation> {
  const ports = {
    clock: () => AT,
    source: {
      name: 'prometheus' as const,
      read: () => Promise.resolve({ containers: FUNCTIONS.flatMap(seriesOf), calls: [] }),
    },
    workloads: {
      functions: () => Promise.resolve(FUNCTIONS.map(liveOf)),
      nodes: () =>
        Promise.resolve([{ name: 'node-1', allocatableCpuCores: 8, allocatableMemoryBytes: 64 * 1024 * MI }]),
    },
    forecast: (usage: Parameters<typeof predictUsage>[0]) => Promise.resolve(predictUsage(usage)),
    states: () => Promise.resolve(new Map()),
    past: ({ name }: LiveFunction) => pastOf(name),
  };
  const look = await lookAround(ports, { ...GRID, messageBytes: Infinity }, new AbortController().signal);
  return {
    ...look,
    target: 'cluster production, namespace openfaas-fn',
    functions: look.functions.map((seen) => ({ ...seen, decisions: [] })),
    notes: ["the gateway's metrics were not found"],
  };
}
