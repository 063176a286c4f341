import type { Draws } from './draws.ts';
import type { CpuPlan } from './function-plan.ts';

/** What callers ask of a function, second by second. */
export interface Demand {
  readonly calls: Float64Array;
  /** CPU-seconds of the calls of each second. */
  readonly work: Float64Array;
}

const DRIFT_POINTS = 8;
const DRIFT_STEP = 0.1;

/** Factor of the cost in each second: straight lines between the points of a random walk of logarithms. */
function drift(draws: Draws, seconds: number): (second: number) => number {
  const points = new Float64Array(DRIFT_POINTS);
  for (let i = 1; i < DRIFT_POINTS; i += 1) points[i] = (points[i - 1] ?? 0) + DRIFT_STEP * draws.normal();
  return (second) => {
    const position = (second / seconds) * (DRIFT_POINTS - 1);
    const before = points[Math.floor(position)] ?? 0;
    const after = points[Math.floor(position) + 1] ?? before;
    return Math.exp(before + (position - Math.floor(position)) * (after - before));
  };
}

/** Draws each call's cost: lognormal, with the plan's mean and variation. */
export function demandOf(
  draws: Draws,
  times: Float64Array,
  cpu: Pick<CpuPlan, 'secondsPerCall' | 'variation' | 'drifts'>,
  seconds: number,
): Demand {
  const demand = { calls: new Float64Array(seconds), work: new Float64Array(seconds) };
  const factor = cpu.drifts ? drift(draws, seconds) : () => 1;
  for (const time of times) {
    const second = Math.floor(time);
    const cost = cpu.secondsPerCall * draws.lognormal(cpu.variation);
    demand.calls[second] = (demand.calls[second] ?? 0) + 1;
    demand.work[second] = (demand.work[second] ?? 0) + cost * factor(second);
  }
  return demand;
}
