import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { LiveFunction } from '#core/chain/ports.ts';
import type { Decision } from '#core/messages/decision.ts';
import type { FunctionForecast, Quantiles } from '#core/messages/forecast.ts';
import type { FunctionUsage } from '#core/messages/usage.ts';
import type { CallSeries, Resources } from '#core/usage/reading.ts';
import { noSignals } from '#core/usage/signals/no-signals.ts';
import type { PageData, PageOptions } from '#page/answer.ts';
import { toAssets } from '#page/assets.ts';
import { bundleAssets } from '#page/bundle-assets.ts';
import { createPageHandler } from '#page/handler.ts';
import type { Observed, ObservedFunction } from '#page/observed.ts';

export const STEPS = 240;
export const STEP_MS = 15_000;
export const AT = Date.UTC(2026, 0, 5, 12);
const MIB = 2 ** 20;

const timeAt = (step: number): number => AT - (STEPS - 1 - step) * STEP_MS;

export function resources(cpuRequest: number, cpuLimit: number, memoryRequest: number): Resources {
  return {
    cpuRequestCores: cpuRequest,
    cpuLimitCores: cpuLimit,
    memoryRequestBytes: memoryRequest * MIB,
    memoryLimitBytes: 256 * MIB,
  };
}

const START = resources(0.05, 0.1, 128);
const RESCUED = resources(0.05, 1.066, 128);
const SIZED = resources(0.039, 1.066, 64);

/** A wave of load that the CPU limit holds down until the rescue a quarter of the way in. */
export function cpuAt(step: number): number {
  return 0.02 + 0.012 * Math.sin(step / 17) + 0.004 * Math.sin(step / 2.3);
}

export function memoryAt(step: number): number {
  return (34 + 4 * Math.sin(step / 40)) * MIB;
}

const RESCUE_STEP = 60;
const SIZE_STEP = 120;

function column(valueAt: (step: number) => number | null): (number | null)[] {
  return Array.from({ length: STEPS }, (_, step) => valueAt(step));
}

export function usageOf(name: string, given: Partial<FunctionUsage['signals']> = {}): FunctionUsage {
  return {
    name,
    namespace: 'openfaas-fn',
    forecaster: 'auto',
    series: {
      // Ten minutes were not seen.
      cpuCores: column((step) => (step >= 20 && step < 30 ? null : cpuAt(step))),
      memoryBytes: column(memoryAt),
      callsStarted: column((step) => 10 + 5 * Math.sin(step / 17)),
      pods: column(() => 1),
      totalCpuCores: column(cpuAt),
      throttledSeconds: column((step) => (step < RESCUE_STEP ? 3 : 0)),
      throttledPeriods: column((step) => (step < RESCUE_STEP ? 30 : 0)),
      cpuLimitCores: column((step) => (step < RESCUE_STEP ? 0.1 : 1.066)),
      memoryLimitBytes: column(() => 256 * MIB),
    },
    signals: {
      ...noSignals(),
      stretch: 0,
      callsStartedPerSecond: 0.7,
      durationP95Seconds: 0.035,
      durationCalls: 400,
      lastCpuCores: cpuAt(STEPS - 1),
      lastMemoryBytes: memoryAt(STEPS - 1),
      maximumCpuCores: 0.036,
      maximumTotalCpuCores: 0.036,
      maximumMemoryBytes: 38 * MIB,
      ...given,
    },
  };
}

function quantiles(middle: number): Quantiles {
  return { p50: middle, p90: middle * 1.4, p95: middle * 1.6, p99: middle * 2 };
}

function peakAt(step: number): FunctionForecast['peak'] {
  return {
    horizon: 75_000,
    cpu: quantiles(cpuAt(step + 3)),
    memory: {
      p50: memoryAt(step),
      p90: 1.05 * memoryAt(step),
      p95: 1.1 * memoryAt(step),
      p99: 1.2 * memoryAt(step),
    },
  };
}

function decisionAt(name: string, step: number): Decision {
  const common = {
    namespace: 'openfaas-fn',
    name,
    cycle: step,
    at: timeAt(step),
    mode: 'apply' as const,
    peak: peakAt(step),
  };
  const applied = [{ pod: `${name}-6d5f-abcde`, result: 'applied' as const, detail: 'in force after 0.4 s' }];
  if (step === RESCUE_STEP) {
    const why = 'work takes 8.88 times as long under a CPU limit of 100m';
    return {
      ...common,
      action: 'resize',
      path: 'rescue',
      from: START,
      to: RESCUED,
      reason: `CPU limit 100m → 1066m: ${why}`,
      steps: [{ rule: 'rescue-throttling', resource: 'cpu-limit', before: 0.1, after: 1.066, why }],
      outcomes: applied,
    };
  }
  if (step === SIZE_STEP) {
    return {
      ...common,
      action: 'resize',
      path: 'sizing',
      from: RESCUED,
      to: SIZED,
      reason: 'CPU request 50m → 39m, memory request 128Mi → 64Mi: peak forecast (p90) 14m × 1.1',
      steps: [
        {
          rule: 'cpu-request',
          resource: 'cpu-request',
          before: 0.05,
          after: 0.016,
          why: 'peak forecast (p90) 14m × 1.1',
        },
        {
          rule: 'evidence',
          resource: 'cpu-request',
          before: 0.016,
          after: 0.039,
          why: 'the highest use of the last 10m, 35m, must fit with a margin',
        },
        {
          rule: 'step',
          resource: 'memory-request',
          before: 40 * MIB,
          after: 64 * MIB,
          why: 'by half at most in one step',
        },
      ],
      outcomes: applied,
    };
  }
  const now = step < RESCUE_STEP ? START : step < SIZE_STEP ? RESCUED : SIZED;
  const reason =
    step % 4 === 0 ? 'Its sizes fit the forecast' : 'Nothing to rescue, and sizing is not due yet';
  return {
    ...common,
    action: 'hold',
    path: step % 4 === 0 ? 'sizing' : 'none',
    from: now,
    to: now,
    reason,
    steps: [],
    outcomes: [],
  };
}

/** As counters, so that each step has calls of 20 to 100 ms, slow ones until the rescue. */
function callsOf(name: string): CallSeries {
  const bounds = [0.05, 0.1, 0.5, 1, Infinity];
  const counts = bounds.map((bound) => {
    let total = 0;
    return Float64Array.from({ length: STEPS + 1 }, (_, step) => {
      total += step < RESCUE_STEP ? (bound >= 1 ? 10 : 0) : bound >= 0.1 ? 10 : 8;
      return total;
    });
  });
  const all = Float64Array.from({ length: STEPS + 1 }, (_, step) => step * 10);
  return {
    namespace: 'openfaas-fn',
    functionName: name,
    timesMs: Float64Array.from({ length: STEPS + 1 }, (_, step) => timeAt(step - 1)),
    started: all,
    completed: all,
    durationBoundsSeconds: bounds,
    durationCounts: counts,
  };
}

function liveOf(name: string, annotations: Readonly<Record<string, string>>, now: Resources): LiveFunction {
  const upSince = timeAt(-100);
  return {
    namespace: 'openfaas-fn',
    name,
    uid: `uid-${name}`,
    annotations,
    labels: {},
    replicas: 1,
    template: START,
    pods: [
      {
        namespace: 'openfaas-fn',
        functionName: name,
        pod: `${name}-6d5f-abcde`,
        container: name,
        uid: `pod-${name}`,
        node: 'node',
        qosClass: 'Burstable',
        ready: true,
        readySinceMs: upSince,
        startedAtMs: upSince,
        restarts: 0,
        lastTermination: null,
        desired: now,
        inForce: now,
      },
    ],
  };
}

export interface MadeUp {
  readonly annotations?: Readonly<Record<string, string>>;
  readonly signals?: Partial<FunctionUsage['signals']>;
  readonly hasDecisions?: boolean;
}

/** One function with an hour behind it: throttled, rescued, sized. */
export function madeUpFunction(name: string, options: MadeUp = {}): ObservedFunction {
  const {
    annotations = { 'foresize/mode': 'apply', 'foresize/evidence': '10m' },
    signals,
    hasDecisions = true,
  } = options;
  const usage = usageOf(name, signals);
  const forecast: FunctionForecast = {
    name,
    namespace: 'openfaas-fn',
    at: AT,
    next: { cpu: cpuAt(STEPS), memory: memoryAt(STEPS) },
    peak: peakAt(STEPS - 1),
    evidence: {
      samples: 230,
      gaps: 10,
      censored: 0,
      age: 0,
      forecaster: { cpu: 'lstm', memory: 'recent-peak' },
      nextForecaster: { cpu: 'nowcast', memory: 'persistence' },
      skill: { cpu: 0.76, memory: 0.45 },
      nextSkill: { cpu: 0.5, memory: 1 },
      coverage: { cpu: 0.952, memory: 0.97 },
      replay: { samples: 214, spanMs: 3_225_000, shortCpu: 2, shortMemory: 0 },
      model: 'lstm 2026-11-25 seed 5',
    },
    signals: usage.signals,
  };
  return {
    live: liveOf(name, annotations, SIZED),
    usage,
    forecast,
    recommended: resources(0.04, 1.066, 42),
    decisions: hasDecisions ? Array.from({ length: STEPS }, (_, step) => decisionAt(name, step)) : [],
    calls: callsOf(name),
  };
}

export function observedOf(functions: readonly ObservedFunction[]): Observed {
  return { target: 'the local platform', at: AT, stepMs: STEP_MS, functions, notes: [] };
}

/** A page on a free port of loopback. */
export async function servePage(
  data: PageData,
  options: Partial<PageOptions> = {},
): Promise<{ readonly url: string; close(): Promise<void> }> {
  const handle = createPageHandler({
    assets: toAssets(await bundleAssets()),
    data,
    onProblem: () => undefined,
    ...options,
  });
  const server: Server = createServer((request, response) => {
    void handle(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A server that listens on a port has an address with one.
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
