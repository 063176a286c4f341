/** Which steps of a history are judged, and when decisions are made and take effect. All in steps. */
export interface Timing {
  /** First step that is judged, and the one after the last. */
  readonly from: number;
  readonly to: number;
  /** From one decision to the next. */
  readonly cadenceSteps: number;
  /** Until a decision has taken effect: made after step i, it holds from step i + 1 + delaySteps on. */
  readonly delaySteps: number;
}

/** Steps that a decision must look ahead: until the next one has taken effect. */
export function horizonSteps({ cadenceSteps, delaySteps }: Timing): number {
  return cadenceSteps + delaySteps;
}

/**
 * The steps after which one phase of the control decides, oldest first. Phase 0 … cadenceSteps − 1 each begin one step
 * earlier, so that every phase has a decision in force at `from` (where the history reaches back that far), and all
 * are judged on the same steps.
 */
export function decisionSteps(timing: Timing, phase: number): readonly number[] {
  const { from, to, cadenceSteps, delaySteps } = timing;
  let step = from - 1 - delaySteps - phase;
  while (step < 0) step += cadenceSteps;
  const steps: number[] = [];
  for (; step + 1 + delaySteps < to; step += cadenceSteps) steps.push(step);
  return steps;
}

/** What a resource is to be sized to, made from samples 0 … `step` only; NaN leaves it as it is. */
export type Sizing = (step: number) => number;

/** The allocation in force at each step of [from, to), NaN before the first that is known and outside. */
export function allocationInForce(timing: Timing, phase: number, sizing: Sizing): Float64Array {
  const { from, to, delaySteps } = timing;
  const allocation = new Float64Array(to).fill(NaN);
  let current = NaN;
  let filled = from;
  for (const step of decisionSteps(timing, phase)) {
    const effect = step + 1 + delaySteps;
    for (; filled < effect; filled++) allocation[filled] = current;
    const target = sizing(step);
    if (!Number.isNaN(target)) current = target;
  }
  return allocation.fill(current, filled);
}

/** `count` phases spread evenly over a cadence; all of them where there are no more. */
export function spreadPhases({ cadenceSteps }: Timing, count: number): readonly number[] {
  const phases = Math.min(count, cadenceSteps);
  return Array.from({ length: phases }, (_, i) => Math.floor((i * cadenceSteps) / phases));
}

/** `allocationInForce` of each phase. */
export function allocationsInForce(
  timing: Timing,
  phases: readonly number[],
  sizing: Sizing,
): readonly Float64Array[] {
  return phases.map((phase) => allocationInForce(timing, phase, sizing));
}
