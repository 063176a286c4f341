/** Windows to forecast from: an hour of increments of counters under calls that come in bursts, all different. */
import { type FunctionUsage, functionUsageSchema } from '#core/messages/usage.ts';
import { noSignals } from '#core/usage/signals/no-signals.ts';
import { type Draws, seededDraws } from '../../../training/generate/draws.ts';

export const SAMPLES = 240;
export const STEP_SECONDS = 15;
export const GRID = { at: 1_700_000_000_000, stepMs: STEP_SECONDS * 1000, horizonMs: 75_000 };
const GAP_SHARE = 0.02;

/** Calls of each step: few, and bursts of 5 to 30 steps with many. */
function burstyCalls(draws: Draws): number[] {
  let left = 0;
  let rate = 0;
  return Array.from({ length: SAMPLES }, () => {
    if (left-- <= 0) {
      const burst = draws.chance(0.3);
      rate = burst ? draws.between(5, 40) : draws.between(0, 1);
      left = draws.whole(5, burst ? 30 : 60);
    }
    return Math.max(0, Math.round(rate + Math.sqrt(rate) * draws.normal()));
  });
}

/** What the calls cost, some of it a step later, above idle use. */
function cpuOf(calls: readonly number[], draws: Draws): number[] {
  const secondsPerCall = draws.between(0.02, 0.15);
  return calls.map((now, i) => {
    const seconds = secondsPerCall * (0.7 * now + 0.3 * (calls[i - 1] ?? 0)) * draws.lognormal(0.3);
    return 0.002 + seconds / STEP_SECONDS + 0.0003 * draws.unit();
  });
}

function memoryOf(calls: readonly number[], draws: Draws): number[] {
  let held = 3e7;
  return calls.map((count) => {
    held += 2e4 * count + 5e4 * draws.normal();
    if (draws.chance(0.02)) held = 3e7 + 0.3 * (held - 3e7);
    return Math.max(1e7, Math.round(held));
  });
}

const withGaps = (values: readonly number[], draws: Draws): (number | null)[] =>
  values.map((value) => (draws.chance(GAP_SHARE) ? null : value));

/** The usage of function `seed`, naming the forecaster it asks for. */
export function usageOf(seed: number, forecaster: string): FunctionUsage {
  const draws = seededDraws(seed);
  const calls = burstyCalls(draws);
  return functionUsageSchema.parse({
    name: `bench-${seed}`,
    namespace: 'openfaas-fn',
    forecaster,
    series: {
      cpuCores: withGaps(cpuOf(calls, draws), draws),
      memoryBytes: withGaps(memoryOf(calls, draws), draws),
      callsStarted: calls,
      ...{ pods: [], totalCpuCores: [], throttledSeconds: [], throttledPeriods: [] },
      ...{ cpuLimitCores: new Array<number>(SAMPLES).fill(1), memoryLimitBytes: [] },
    },
    signals: noSignals(),
  });
}

/** Picks from a list in turn. */
export function inTurn<T>(list: readonly T[]): (repetition: number) => T {
  return (repetition) => {
    const item = list[repetition % list.length];
    if (item === undefined) throw new RangeError('nothing to pick from');
    return item;
  };
}
