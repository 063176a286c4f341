import type { ApplyPorts } from '#core/chain/apply.ts';
import type { CollectOptions, CollectPorts } from '#core/chain/collect.ts';
import type {
  Actuator,
  LiveFunction,
  NodeFacts,
  PodChange,
  PodOutcome,
  StateStore,
  StoredState,
  Workloads,
} from '#core/chain/ports.ts';
import { ForesizeError } from '#core/errors/error.ts';
import type { Decision, DecisionReport } from '#core/messages/decision.ts';
import type { ForecastMessage, FunctionForecast } from '#core/messages/forecast.ts';
import type { UsageMessage } from '#core/messages/usage.ts';
import type { ContainerSeries } from '#core/usage/reading.ts';
import { inputOf, NOW, type Situation } from '../policy/situation.ts';

export const PERIOD_MS = 15_000;
export const CYCLE = Math.floor(NOW / PERIOD_MS);
export const { signal } = new AbortController();

export const COLLECT_OPTIONS: CollectOptions = {
  installation: 'foresize',
  periodMs: PERIOD_MS,
  stepMs: 15_000,
  steps: 20,
  horizonMs: 75_000,
  shardBytes: 1_000_000,
  parallel: 2,
};

/** A signal that slows the function of `inputOf` to a quarter: rescue raises its CPU limit. */
export const STARVING: Situation = { signals: { stretch: 3, throttledPeriods: 100 } };

/** The function `name`, deployed with annotations and labels. */
export function live(name: string, more: Partial<LiveFunction> = {}): LiveFunction {
  const { live: base } = inputOf({});
  const pods = base.pods.map((pod) => ({ ...pod, functionName: name, pod: `${name}-1`, uid: `${name}-pod` }));
  return {
    ...base,
    name,
    uid: `${name}-uid`,
    annotations: { 'foresize/mode': 'apply', 'foresize/gate': 'off' },
    pods,
    ...more,
  };
}

export function forecast(name: string, situation: Situation = STARVING): FunctionForecast {
  return { ...inputOf(situation).forecast, name };
}

export function forecasts(
  functions: readonly FunctionForecast[],
  { cycle = CYCLE, shard = 0 }: { cycle?: number; shard?: number } = {},
): ForecastMessage {
  const head = { version: 1 as const, installation: 'foresize', shards: 1, at: NOW };
  return { ...head, cycle, shard, functions: [...functions] };
}

/** State as the ConfigMaps keep it: behind compare-and-swap. `meanwhile` makes another writer come first. */
export interface MemoryState extends StateStore {
  stored: StoredState;
  meanwhile(): void;
}

export function memoryState(): MemoryState {
  let version = 0;
  let loaded = -1;
  const store: MemoryState = {
    stored: { suite: { cycles: {} }, functions: new Map() },
    meanwhile: () => {
      version++;
    },
    load() {
      loaded = version;
      return Promise.resolve(store.stored);
    },
    save(next) {
      if (loaded !== version) return Promise.reject(new ForesizeError('state-conflict', 'came second'));
      store.stored = next;
      loaded = ++version;
      return Promise.resolve();
    },
  };
  return store;
}

/** Answers `result` to every change, and keeps it. */
export function recordingActuator(
  result: (change: PodChange) => PodOutcome['result'] = () => 'applied',
): Actuator & { readonly changes: PodChange[] } {
  const changes: PodChange[] = [];
  return {
    name: 'kubernetes',
    changes,
    plan: (target, to) => target.pods.map((pod) => ({ pod, to })),
    apply(change) {
      changes.push(change);
      return Promise.resolve({ pod: change.pod.pod, result: result(change), detail: '' });
    },
  };
}

export function recordingLog(): { readonly decisions: Decision[]; append(decision: Decision): void } {
  const decisions: Decision[] = [];
  return { decisions, append: (decision) => decisions.push(decision) };
}

const NODE: NodeFacts = { name: 'node-1', allocatableCpuCores: 8, allocatableMemoryBytes: 2 ** 36 };

/** Cycles and sizings as they are by default. */
export const APPLY_OPTIONS = { cyclePeriodMs: PERIOD_MS, sizingPeriodMs: 60_000 };

/** Ports over these functions, on one node with room: just after the forecasts were made, unless told otherwise. */
export function applyPorts(
  functions: readonly LiveFunction[],
  { workloads, ...more }: Partial<Omit<ApplyPorts, 'workloads'>> & { workloads?: Partial<Workloads> } = {},
): ApplyPorts {
  return {
    clock: () => NOW + 1000,
    workloads: {
      functions: () => Promise.resolve(functions),
      nodes: () => Promise.resolve([NODE]),
      ...workloads,
    },
    state: memoryState(),
    actuator: recordingActuator(),
    log: recordingLog(),
    ...more,
  };
}

/** A container of `name` that used a tenth of a core in the last minutes. */
export function usedContainer(name: string): ContainerSeries {
  const times = Float64Array.from({ length: 20 }, (_, i) => NOW - (19 - i) * PERIOD_MS);
  const filled = (value: number): Float64Array => new Float64Array(20).fill(value);
  return {
    namespace: 'openfaas-fn',
    pod: `${name}-1`,
    startedAtMs: null,
    timesMs: times,
    cpuSeconds: times.map((_, i) => i * 1.5),
    throttledSeconds: filled(0),
    throttledPeriods: filled(0),
    memoryBytes: filled(2 ** 26),
    oomEvents: filled(0),
    cpuLimitCores: filled(0.5),
    memoryLimitBytes: filled(2 ** 28),
  };
}

/** A carrier that keeps what it is given; `carry` says what becomes of it. */
export function recordingCarrier(
  carry: (usage: UsageMessage) => Promise<DecisionReport | null> = reported,
): CollectPorts['carrier'] & { readonly carried: UsageMessage[] } {
  const carried: UsageMessage[] = [];
  return {
    carried,
    carry(usage) {
      carried.push(usage);
      return carry(usage);
    },
  };
}

/** A report without decisions. */
export function reported({ cycle, shard }: UsageMessage): Promise<DecisionReport> {
  return Promise.resolve({ version: 1, cycle, shard, decisions: [] });
}

export function collectPorts(
  functions: readonly LiveFunction[],
  carrier: CollectPorts['carrier'] = recordingCarrier(),
): CollectPorts {
  let claimed = -1;
  return {
    clock: () => NOW,
    cycles: {
      claim(cycle) {
        const isNew = cycle > claimed;
        claimed = Math.max(claimed, cycle);
        return Promise.resolve(isNew);
      },
    },
    source: {
      name: 'scrape',
      read: () =>
        Promise.resolve({ containers: functions.map(({ name }) => usedContainer(name)), calls: [] }),
    },
    workloads: {
      functions: () => Promise.resolve(functions),
      nodes: () => Promise.resolve([]),
    },
    carrier,
  };
}
