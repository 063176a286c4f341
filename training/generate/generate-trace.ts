import { ForesizeError } from '#core/errors/error.ts';
import type { CallSeries, ContainerSeries } from '#core/usage/reading.ts';
import { callSamples } from './call-samples.ts';
import { callTimes, drawProcess, type CallProcess } from './call-times.ts';
import { containerSamples, type Identity } from './container-samples.ts';
import { demandOf } from './demand.ts';
import { drawCost, drawPlan } from './draw-plan.ts';
import { seededDraws, type Draws } from './draws.ts';
import type { FunctionPlan } from './function-plan.ts';
import { sampleTimes } from './sample-times.ts';
import { drawSampling, type SamplingPlan } from './sampling-plan.ts';
import { simulateFunction } from './simulate-function.ts';
import type { Run } from './simulate-run.ts';

/** What happened, second by second, beside what was sampled of it. */
export interface Trace {
  readonly identity: Identity;
  readonly stepMs: number;
  readonly steps: number;
  readonly callProcess: CallProcess;
  /** When each call began, in seconds from the start. */
  readonly callTimesS: Float64Array;
  readonly plan: FunctionPlan;
  readonly sampling: SamplingPlan;
  readonly runs: readonly Run[];
  readonly containers: readonly ContainerSeries[];
  readonly calls: CallSeries;
  /** Whether this one is taken as increments where any kind will do. */
  readonly isIncrements: boolean;
  /** Of `rate()`, where it is taken as that. */
  readonly rateWindowMs: number;
}

const STEP_MS = 15_000;
const LONGEST_HOURS = 168;

/** Share of increments among histories of any kind. */
const INCREMENTS_SHARE = 0.6;

/** Traces begin on any step of the year from here: 1 January 2024. */
const EPOCH_MS = 1_704_067_200_000;
const STEPS_OF_A_YEAR = 2_102_400;

/** Whole steps, at least one. */
function stepsOf(hours: number): number {
  if (!(hours > 0 && hours <= LONGEST_HOURS)) {
    throw new ForesizeError('data-invalid', `${hours} hours are not above 0 and at most ${LONGEST_HOURS}`);
  }
  return Math.max(1, Math.round((hours * 3_600_000) / STEP_MS));
}

/** A window holds two samples at least, or `rate()` has no value. */
function drawWindowMs(draws: Draws, periodS: number): number {
  const windowS = draws.pick([60, 120, 120, 180, 300, 300, 300]);
  if (windowS >= 2.2 * periodS) return windowS * 1000;
  return 1000 * (periodS > 50 ? 300 : Math.max(120, windowS));
}

/** Lets a function live through some hours. Throws `data-invalid` for hours and seeds that are none. */
export function generateTrace(seed: number, hours: number): Trace {
  if (!Number.isSafeInteger(seed)) throw new ForesizeError('data-invalid', `seed ${seed} is no whole number`);
  const steps = stepsOf(hours);
  const seconds = (steps * STEP_MS) / 1000;
  const draws = seededDraws(seed);
  const startMs = EPOCH_MS + STEP_MS * draws.whole(0, STEPS_OF_A_YEAR);
  const identity: Identity = { namespace: 'openfaas-fn', name: `generated-${seed}`, startMs };
  const isIncrements = draws.chance(INCREMENTS_SHARE);
  const callProcess = drawProcess(draws);
  const callTimesS = callTimes(draws, callProcess, seconds);
  const cost = drawCost(draws);
  const plan = drawPlan(draws, cost, (cost.secondsPerCall * callTimesS.length) / seconds, seconds);
  const sampling = drawSampling(draws, seconds);
  const rateWindowMs = drawWindowMs(draws, sampling.periodS);
  const runs = simulateFunction(draws, plan, demandOf(draws, callTimesS, cost, seconds));
  const samples = sampleTimes(draws, sampling, seconds);
  const containers = containerSamples(runs, plan, sampling, samples, identity);
  const calls = callSamples(draws, callTimesS, sampling.calls, seconds, identity);
  const drawn = { callProcess, callTimesS, plan, sampling, runs, containers, calls };
  return { identity, stepMs: STEP_MS, steps, isIncrements, rateWindowMs, ...drawn };
}
