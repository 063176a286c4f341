import type { CallProcess } from './call-times.ts';
import type { Trace } from './generate-trace.ts';

/** What a generated history was made from. */
export interface GeneratedFacts {
  readonly callProcess: CallProcess;
  /** All that began, seen or not. */
  readonly calls: number;
  /** How much later than they began calls are told. */
  readonly callsLateMs: number;
  readonly cpuSecondsPerCall: number;
  /** Standard deviation of a call's cost over its mean. */
  readonly cpuCostVariation: number;
  readonly cpuCostDrifts: boolean;
  readonly idleCores: number;
  /** What threads and node let it use, at first. */
  readonly capacityCores: number;
  /** The first one; null for none. */
  readonly cpuLimitCores: number | null;
  readonly cpuLimitChanges: number;
  /** CPU-seconds of all runs, seen or not. */
  readonly cpuSecondsUsed: number;
  readonly samplePeriodMs: number;
  readonly sampleJitterMs: number;
  /** How old a value can be at its stamp. */
  readonly sampleRestMs: number;
  /** Null for increments. */
  readonly rateWindowMs: number | null;
  /** Starts after the first one, for whatever reason. */
  readonly restarts: number;
  readonly leakBytesPerCall: number;
  /** The first one; null for none. */
  readonly memoryLimitBytes: number | null;
}

const finiteOrNull = (value: number): number | null => (Number.isFinite(value) ? value : null);

function changes(limits: Float64Array): number {
  let count = 0;
  limits.forEach((limit, at) => {
    if (at > 0 && limit !== limits[at - 1]) count += 1;
  });
  return count;
}

export function factsOf(trace: Trace, rateWindowMs: number | null): GeneratedFacts {
  const { plan, sampling, runs } = trace;
  return {
    callProcess: trace.callProcess,
    calls: trace.callTimesS.length,
    callsLateMs: sampling.calls.lateS * 1000,
    cpuSecondsPerCall: plan.cpu.secondsPerCall,
    cpuCostVariation: plan.cpu.variation,
    cpuCostDrifts: plan.cpu.drifts,
    idleCores: plan.cpu.idleCores,
    capacityCores: plan.capacityCores[0] ?? NaN,
    cpuLimitCores: finiteOrNull(plan.cpuLimitCores[0] ?? Infinity),
    cpuLimitChanges: changes(plan.cpuLimitCores),
    cpuSecondsUsed: runs.reduce((sum, { cpuSeconds }) => sum + (cpuSeconds.at(-1) ?? 0), 0),
    samplePeriodMs: sampling.periodS * 1000,
    sampleJitterMs: sampling.jitterS * 1000,
    sampleRestMs: sampling.restS * 1000,
    rateWindowMs,
    restarts: runs.length - 1,
    leakBytesPerCall: plan.memory.leakBytesPerCall,
    memoryLimitBytes: finiteOrNull(plan.memory.limitBytes),
  };
}
