import type { Draws } from './draws.ts';
import type { SamplingPlan } from './sampling-plan.ts';

/** Seconds from the start of the trace, both ascending. */
export interface SampleTimes {
  /** What the sample says its time is. */
  readonly stampS: Float64Array;
  /** When its value was read. */
  readonly readS: Float64Array;
}

/** Two samples are never closer than this. */
const CLOSEST_S = 0.5;

/** Every period, with drift, jitter, misses and gaps. */
export function sampleTimes(draws: Draws, plan: SamplingPlan, seconds: number): SampleTimes {
  const periodS = plan.periodS * (1 + plan.drift);
  const stamps: number[] = [];
  for (let due = draws.between(0, periodS); due < seconds; due += periodS) {
    const at = due + plan.jitterS * draws.normal();
    const isMissed = draws.chance(plan.missedShare);
    const isInGap = plan.gaps.some(({ fromS, untilS }) => at >= fromS && at < untilS);
    const isInOrder = at >= (stamps.at(-1) ?? -CLOSEST_S) + CLOSEST_S && at < seconds;
    if (!isMissed && !isInGap && isInOrder) stamps.push(at);
  }
  const stampS = Float64Array.from(stamps);
  return { stampS, readS: plan.restS > 0 ? lastLooks(draws, stampS, plan.restS) : stampS };
}

/** cAdvisor looks every `restS`, whoever asks when. */
function lastLooks(draws: Draws, stampS: Float64Array, restS: number): Float64Array {
  const phase = draws.between(0, restS);
  return stampS.map((at) => Math.max(0, phase + restS * Math.floor((at - phase) / restS)));
}
