import type { CollectPorts, CycleReport } from '#core/chain/collect.ts';
import type { FunctionUsage, UsageMessage } from '#core/messages/usage.ts';
import { createFunctionMemory, type FunctionMemory } from '#platform/metrics/function-memory.ts';
import { functionExposition, type FunctionMetric } from '#platform/metrics/function-metrics.ts';
import type { MetricName } from '#platform/metrics/definitions.ts';
import { countErrors, timeStage } from '#platform/metrics/observe-work.ts';
import { createSuiteMetrics, type SuiteMetrics } from '#platform/metrics/suite-metrics.ts';

const SUITE_METRICS: readonly MetricName[] = [
  'foresize_last_cycle_timestamp_seconds',
  'foresize_cycle_period_seconds',
  'foresize_cycles_missed_total',
  'foresize_cycle_duration_seconds',
  'foresize_stage_duration_seconds',
  'foresize_errors_total',
];

/** What collect-metrics tells of itself. */
export interface CollectMetrics {
  readonly suite: SuiteMetrics;
  /** The same ports, with what goes through them taken note of. */
  observed(ports: CollectPorts): CollectPorts;
  /** To be told of each call's report. */
  ended(report: CycleReport): void;
  readonly exposition: () => AsyncGenerator<string, void, void>;
}

/** What was last seen of a function that is deployed. */
interface UsedFacts {
  /** Unix ms of the newest sample of CPU; null before the first. */
  readonly sampledAtMs: number | null;
  readonly cpuCores: number | null;
  readonly memoryBytes: number | null;
}

interface Known {
  readonly used: FunctionMemory<UsedFacts>;
  /** The last cycle that was claimed here, and when. */
  claim: { readonly cycle: number; readonly atMs: number } | null;
}

interface Told {
  readonly now: number;
  readonly used: UsedFacts;
  readonly isRunning: boolean;
}

/** It has no samples without a pod, and that is no fault of the source. */
const FUNCTION_METRICS: readonly FunctionMetric<Told>[] = [
  {
    name: 'foresize_usage_age_seconds',
    of: ({ now, used: { sampledAtMs }, isRunning }, emit) => {
      if (isRunning && sampledAtMs !== null) emit(Math.max(0, now - sampledAtMs) / 1000);
    },
  },
  {
    name: 'foresize_used_cpu_cores',
    of: ({ used, isRunning }, emit) => {
      if (isRunning) emit(used.cpuCores);
    },
  },
  {
    name: 'foresize_used_memory_bytes',
    of: ({ used, isRunning }, emit) => {
      if (isRunning) emit(used.memoryBytes);
    },
  },
];

export async function createCollectMetrics(clock: () => number, periodMs: number): Promise<CollectMetrics> {
  const suite = await createSuiteMetrics(SUITE_METRICS);
  const known: Known = { used: createFunctionMemory(), claim: null };
  suite.set('foresize_cycle_period_seconds', periodMs / 1000);
  return {
    suite,
    observed: (ports) => observedPorts(ports, suite, known),
    ended({ status }) {
      if (status === 'busy' || known.claim === null) return;
      const now = clock();
      suite.observe('foresize_cycle_duration_seconds', Math.max(0, now - known.claim.atMs) / 1000);
      if (status !== 'partial') suite.set('foresize_last_cycle_timestamp_seconds', now / 1000);
    },
    async *exposition() {
      yield await suite.text();
      yield* functionExposition(FUNCTION_METRICS, factsOf(known.used, clock()));
    },
  };
}

function observedPorts(ports: CollectPorts, suite: SuiteMetrics, known: Known): CollectPorts {
  const { cycles, source, workloads, carrier, clock } = ports;
  return {
    ...ports,
    cycles: {
      async claim(cycle, signal) {
        const isOurs = await cycles.claim(cycle, signal);
        if (isOurs) takeClaim(known, suite, cycle, clock());
        return isOurs;
      },
    },
    source: { ...source, read: (from, signal) => timeStage(suite, 'read', () => source.read(from, signal)) },
    workloads: known.used.observed(workloads),
    carrier: {
      carry(usage, signal) {
        note(known.used, usage);
        return timeStage(suite, 'carry', () => countErrors(suite, () => carrier.carry(usage, signal)));
      },
    },
  };
}

function takeClaim(known: Known, suite: SuiteMetrics, cycle: number, atMs: number): void {
  const missed = known.claim === null ? 0 : cycle - known.claim.cycle - 1;
  if (missed > 0) suite.count('foresize_cycles_missed_total', {}, missed);
  known.claim = { cycle, atMs };
}

function note(used: FunctionMemory<UsedFacts>, { at, stepMs, functions }: UsageMessage): void {
  for (const usage of functions) {
    const { lastCpuCores: cpuCores, lastMemoryBytes: memoryBytes } = usage.signals;
    const newest = newestSample(usage, at, stepMs);
    used.keep(usage, (before) => ({
      sampledAtMs: newest ?? before?.sampledAtMs ?? null,
      cpuCores,
      memoryBytes,
    }));
  }
}

/** Unix ms; the grid ends at `at`. */
function newestSample({ series }: FunctionUsage, at: number, stepMs: number): number | null {
  const { cpuCores } = series;
  const last = cpuCores.findLastIndex((value) => value !== null);
  return last === -1 ? null : at - (cpuCores.length - 1 - last) * stepMs;
}

function* factsOf(known: FunctionMemory<UsedFacts>, now: number) {
  for (const { live, kept: used } of known.all()) {
    const { namespace, name, pods } = live;
    yield { namespace, name, facts: { now, used, isRunning: pods.length > 0 } };
  }
}
