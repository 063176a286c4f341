import type { LiveFunction } from '#core/chain/ports.ts';
import type { Decision } from '#core/messages/decision.ts';
import type { FunctionForecast, Quantiles } from '#core/messages/forecast.ts';
import type { Signals } from '#core/messages/usage.ts';
import { parseSettings } from '#core/annotations/parse-settings.ts';
import type { DecideInput } from '#core/policy/context.ts';
import { decide } from '#core/policy/decide.ts';
import type { FunctionState } from '#core/policy/state.ts';
import type { PodFacts, Resources } from '#core/usage/reading.ts';

export const MI = 2 ** 20;
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
export const NOW = Date.UTC(2026, 5, 15, 12);

/** As long as those of Kubernetes. */
export const UID = '8d0a2b2e-1c2d-4e5f-8a9b-0c1d2e3f4a5b';

export const SIZES: Resources = {
  cpuRequestCores: 0.1,
  cpuLimitCores: 0.5,
  memoryRequestBytes: 128 * MI,
  memoryLimitBytes: 256 * MI,
};

const CALM = {
  stretch: 0,
  throttledPeriods: 0,
  cpuSecondsPerCall: 0.1,
  callsStartedPerSecond: 0.5,
  callsInFlight: 0,
  durationP95Seconds: 0.1,
  durationCalls: 200,
  oomKills: [],
  restartedAtMs: null,
  notReady: false,
  notReadyThrottled: false,
  cpuSecondsUntilReady: null,
  censoredAtMs: null,
} satisfies Partial<Signals>;

export const quantiles = (value: number): Quantiles => ({ p50: value, p90: value, p95: value, p99: value });

/** What a test says of a function; the rest is a calm function that has run for an hour with fitting sizes. */
export interface Situation {
  readonly now?: number;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly sizes?: Partial<Resources>;
  readonly template?: Resources;
  readonly signals?: Partial<Signals>;
  readonly cpu?: number | null;
  readonly memory?: number | null;
  readonly age?: number | null;
  readonly state?: FunctionState | undefined;
  readonly pods?: readonly Partial<PodFacts>[];
  readonly labels?: Readonly<Record<string, string>>;
  readonly nodeCores?: number;
}

export function pod(sizes: Resources, now: number, facts: Partial<PodFacts> = {}): PodFacts {
  return {
    namespace: 'openfaas-fn',
    functionName: 'qrcode',
    pod: 'qrcode-1',
    container: 'qrcode',
    uid: 'pod-1',
    node: 'node-1',
    qosClass: 'Burstable',
    ready: true,
    readySinceMs: now - HOUR,
    startedAtMs: now - HOUR,
    restarts: 0,
    lastTermination: null,
    desired: sizes,
    inForce: sizes,
    ...facts,
  };
}

function liveOf(situation: Situation, sizes: Resources, now: number): LiveFunction {
  const pods = (situation.pods ?? [{}]).map((facts) => pod(sizes, now, facts));
  return {
    namespace: 'openfaas-fn',
    name: 'qrcode',
    uid: UID,
    annotations: {},
    labels: situation.labels ?? {},
    replicas: pods.length,
    template: situation.template ?? SIZES,
    pods,
  };
}

/** Use at what is forecast, where that is more than calm. */
function risenTo(cpu: number, memory: number) {
  const [cpuCores, memoryBytes] = [Math.max(0.09, cpu), Math.max(110 * MI, memory)];
  return {
    lastCpuCores: cpuCores,
    maximumCpuCores: cpuCores,
    lastMemoryBytes: memoryBytes,
    maximumMemoryBytes: memoryBytes,
  };
}

function forecastOf(situation: Situation, now: number): FunctionForecast {
  const { cpu = 0.09, memory = 110 * MI, age = 1000 } = situation;
  return {
    name: 'qrcode',
    namespace: 'openfaas-fn',
    at: now,
    next: { cpu, memory },
    peak: {
      horizon: 75_000,
      cpu: cpu === null ? null : quantiles(cpu),
      memory: memory === null ? null : quantiles(memory),
    },
    evidence: {
      samples: 240,
      gaps: 0,
      censored: 0,
      age,
      forecaster: { cpu: 'persistence', memory: 'persistence' },
      nextForecaster: { cpu: 'persistence', memory: 'persistence' },
      skill: { cpu: null, memory: null },
      nextSkill: { cpu: null, memory: null },
      coverage: { cpu: null, memory: null },
      replay: null,
      model: 'none: not asked for',
    },
    signals: { ...CALM, ...risenTo(cpu ?? 0, memory ?? 0), ...situation.signals },
  };
}

export function inputOf(situation: Situation): DecideInput {
  const now = situation.now ?? NOW;
  const sizes = { ...SIZES, ...situation.sizes };
  const node = { name: 'node-1', allocatableMemoryBytes: 64 * 1024 * MI };
  return {
    now,
    cycle: Math.floor(now / 15_000),
    live: liveOf(situation, sizes, now),
    settings: parseSettings({ 'foresize/mode': 'apply', 'foresize/gate': 'off', ...situation.annotations }),
    forecast: forecastOf(situation, now),
    state: situation.state,
    nodes: [{ ...node, allocatableCpuCores: situation.nodeCores ?? 8 }],
  };
}

export function decideOn(situation: Situation): { decision: Decision; state: FunctionState } {
  return decide(inputOf(situation));
}

/** The state of a function that was watched since `since`, every quarter of an hour, with this use. */
export function watched(
  since: number,
  use: Partial<Signals> = {},
  annotations: Record<string, string> = {},
): FunctionState {
  let state: FunctionState | undefined;
  for (let now = since; now < NOW; now += HOUR / 4) {
    const situation = { now, signals: use, state, cpu: null, memory: null };
    state = decideOn({ ...situation, annotations: { ...annotations, 'foresize/mode': 'recommend' } }).state;
  }
  if (state === undefined) throw new Error('since must lie before NOW');
  return state;
}

/** The same function once the decision is in force and a cycle has passed. */
export function next(
  situation: Situation,
  done: { decision: Decision; state: FunctionState },
  afterMs = 15_000,
): Situation {
  const now = (situation.now ?? NOW) + afterMs;
  return { ...situation, now, state: done.state, ...(done.decision.to ? { sizes: done.decision.to } : {}) };
}
