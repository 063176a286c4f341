import type { DataSet, FunctionHistory } from '#core/replay/history.ts';
import type { Grid } from '#core/usage/grid.ts';
import { callSamples } from './call-samples.ts';
import { callTimes, drawProcess, type CallProcess } from './call-times.ts';
import { containerSamples, type Identity } from './container-samples.ts';
import { demandOf } from './demand.ts';
import { drawCost, drawPlan } from './draw-plan.ts';
import { seededDraws, type Draws } from './draws.ts';
import type { FunctionPlan } from './function-plan.ts';
import { incrementsHistory, rateHistory } from './histories.ts';
import { sampleTimes } from './sample-times.ts';
import { drawSampling, type SamplingPlan } from './sampling-plan.ts';
import { simulateFunction } from './simulate-function.ts';
import type { Run } from './simulate-run.ts';

export interface GenerateOptions {
  /** Length of a history. @default 4 */
  readonly hours?: number;
  /** What a CPU value is: the increment of a counter, or a rate over a window. @default 'any' */
  readonly kind?: 'increments' | 'rate' | 'any';
}

/** What a generated history was made from. */
export interface GeneratedFacts {
  readonly callProcess: CallProcess;
  /** All that began, seen or not. */
  readonly calls: number;
  readonly callsLateMs: number;
  readonly cpuSecondsPerCall: number;
  readonly cpuCostVariation: number;
  readonly cpuCostDrifts: boolean;
  readonly idleCores: number;
  readonly capacityCores: number;
  /** The first one; null for none. */
  readonly cpuLimitCores: number | null;
  readonly cpuLimitChanges: number;
  /** CPU-seconds of all runs. */
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
  readonly memoryLimitBytes: number | null;
}

export interface Generated {
  readonly history: FunctionHistory;
  readonly facts: GeneratedFacts;
}

const STEP_MS = 15_000;
const DEFAULT_HOURS = 4;

/** Share of increments among histories of any kind. */
const INCREMENTS_SHARE = 0.6;

/** Traces begin on any step of the year from here: 1 January 2024. */
const EPOCH_MS = 1_704_067_200_000;
const STEPS_OF_A_YEAR = 2_102_400;

/** A window holds two samples at least, or `rate()` has no value. */
function drawWindowMs(draws: Draws, periodS: number): number {
  const windowS = draws.pick([60, 120, 120, 180, 300, 300, 300]);
  if (windowS >= 2.2 * periodS) return windowS * 1000;
  return 1000 * (periodS > 50 ? 300 : Math.max(120, windowS));
}

function changes(limits: Float64Array): number {
  let count = 0;
  limits.forEach((limit, at) => {
    if (at > 0 && limit !== limits[at - 1]) count += 1;
  });
  return count;
}

const finiteOrNull = (value: number): number | null => (Number.isFinite(value) ? value : null);

function factsOf(
  callProcess: CallProcess,
  calls: number,
  plan: FunctionPlan,
  sampling: SamplingPlan,
  runs: readonly Run[],
  rateWindowMs: number | null,
): GeneratedFacts {
  return {
    callProcess,
    calls,
    callsLateMs: sampling.calls.lateS * 1000,
    cpuSecondsPerCall: plan.cpu.secondsPerCall,
    cpuCostVariation: plan.cpu.variation,
    cpuCostDrifts: plan.cpu.drifts,
    idleCores: plan.cpu.idleCores,
    capacityCores: plan.cpu.capacityCores,
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

/**
 * One function's history as it could have been recorded: calls arrive, cost CPU and hold memory, limits and the node
 * hold back, containers start again, and counters are sampled with all that goes wrong in it. README.md has the
 * distributions. The same seed (any safe integer) and options give the same history. Linear in the hours.
 */
export function generateHistory(seed: number, options: GenerateOptions = {}): Generated {
  const { hours = DEFAULT_HOURS, kind = 'any' } = options;
  const draws = seededDraws(seed);
  const steps = Math.max(1, Math.round((hours * 3_600_000) / STEP_MS));
  const seconds = (steps * STEP_MS) / 1000;
  const startMs = EPOCH_MS + STEP_MS * draws.whole(0, STEPS_OF_A_YEAR);
  const identity: Identity = { namespace: 'openfaas-fn', name: `generated-${seed}`, startMs };

  const isIncrements = draws.chance(INCREMENTS_SHARE);
  const callProcess = drawProcess(draws);
  const times = callTimes(draws, callProcess, seconds);
  const cost = drawCost(draws);
  const plan = drawPlan(draws, cost, (cost.secondsPerCall * times.length) / seconds, seconds);
  const sampling = drawSampling(draws, seconds);
  const windowMs = drawWindowMs(draws, sampling.periodS);
  const runs = simulateFunction(draws, plan, demandOf(draws, times, cost, seconds));

  const samples = sampleTimes(draws, sampling, seconds);
  const containers = containerSamples(runs, plan, sampling, samples, identity);
  const calls = callSamples(draws, times, sampling.calls, seconds, identity);
  const grid: Grid = { stepMs: STEP_MS, steps, endMs: startMs + steps * STEP_MS };
  const reading = { atMs: grid.endMs, containers, calls: sampling.calls.isCounted ? [calls] : [], pods: [] };
  const killsMs = runs.filter(({ isOomKilled }) => isOomKilled).map(({ endS }) => startMs + endS * 1000);
  const increments = incrementsHistory(reading, grid, killsMs);
  const hasRate = kind === 'any' ? !isIncrements : kind === 'rate';
  return {
    history: hasRate ? rateHistory(increments, containers, windowMs, sampling.periodS * 1000) : increments,
    facts: factsOf(callProcess, times.length, plan, sampling, runs, hasRate ? windowMs : null),
  };
}

/** Histories of the seeds `firstSeed`, `firstSeed` + 1, … */
export function generateDataSet(firstSeed: number, count: number, options: GenerateOptions = {}): DataSet {
  return {
    name: `generated-${firstSeed}-${firstSeed + count - 1}`,
    histories: Array.from({ length: count }, (_, i) => generateHistory(firstSeed + i, options).history),
  };
}
