import type { Draws } from './draws.ts';
import type { MemoryPlan } from './function-plan.ts';

/** Memory after the next second, with this many calls in it. */
export type MemoryUse = (calls: number, second: number) => number;

/** One step of the allocator in 5 min. */
const STEP_CHANCE = 1 / 300;

/** Of what is above the base, kept at a release. */
const KEPT = 0.1;

/** A collection leaves up to a fifth of the garbage. */
const MOST_LEFT = 0.2;

/** Allocator steps stay within this share of the base. */
const STEP_BOUND = 0.2;

/** What the kernel counts by. */
const PAGE_BYTES = 4096;

/** A run's memory from its start on, in whole pages. `busyCalls`: calls of a busy second. */
export function memoryUse(draws: Draws, plan: MemoryPlan, isWarm: boolean, busyCalls: number): MemoryUse {
  const releases = new Set(plan.releasesS);
  const perCall = 1 - Math.exp(-1 / plan.plateauCalls);
  const fastShare = 1 - 0.5 ** (1 / plan.fastHalfLifeS);
  let plateau = isWarm ? plan.plateauBytes : 0;
  let [leaked, fast, garbage, wandered] = [0, 0, 0, 0];
  return (calls, second) => {
    if (calls > 0) {
      plateau += (plan.plateauBytes - plateau) * Math.min(1, calls * perCall);
      leaked += calls * plan.leakBytesPerCall;
      garbage += calls * plan.garbageBytesPerCall;
      if (garbage > plan.garbageLimitBytes) garbage *= draws.between(0, MOST_LEFT);
    }
    fast += (plan.fastBytes * Math.min(3, calls / busyCalls) - fast) * fastShare;
    if (plan.stepBytes > 0 && draws.chance(STEP_CHANCE)) {
      const bound = STEP_BOUND * plan.baseBytes;
      wandered = Math.min(bound, Math.max(-bound, wandered + plan.stepBytes * draws.normal()));
    }
    if (releases.has(second)) {
      plateau *= KEPT;
      leaked *= KEPT;
      garbage *= KEPT;
    }
    const bytes = plan.baseBytes + plateau + leaked + fast + garbage + wandered;
    return Math.round(bytes / PAGE_BYTES) * PAGE_BYTES;
  };
}
