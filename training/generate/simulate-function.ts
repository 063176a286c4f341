import type { Demand } from './demand.ts';
import type { Draws } from './draws.ts';
import type { FunctionPlan, PlannedRestart } from './function-plan.ts';
import { simulateRun, type Run, type RunSpan } from './simulate-run.ts';

/** A kubelet starts a crashed container again after 10 s, then 20 s, … 5 min; anew after 10 min without a crash. */
const FIRST_BACK_OFF_S = 10;
const LONGEST_BACK_OFF_S = 300;
const HEALTHY_S = 600;

/** An old pod is still there while its last calls end. */
const SHORTEST_GRACE_S = 2;
const LONGEST_GRACE_S = 30;

/** The mean calls of the seconds that have any: at a steady load of so many the fast part of memory is whole. */
function callsOfABusySecond({ calls }: Demand): number {
  let sum = 0;
  let busy = 0;
  for (const value of calls) {
    sum += value;
    if (value > 0) busy += 1;
  }
  return busy === 0 ? 1 : sum / busy;
}

/** From a run's start and the restart that is to end it. */
function spanUntil(
  draws: Draws,
  plan: FunctionPlan,
  start: Omit<RunSpan, 'takesUntilS' | 'endS'>,
  restart: PlannedRestart | undefined,
): RunSpan {
  if (restart === undefined) return { ...start, takesUntilS: plan.seconds, endS: plan.seconds };
  if (restart.kind === 'crash') return { ...start, takesUntilS: restart.atS, endS: restart.atS };
  const takesUntilS = Math.min(plan.seconds, restart.atS + plan.startS);
  const graceS = draws.whole(SHORTEST_GRACE_S, LONGEST_GRACE_S);
  return { ...start, takesUntilS, endS: Math.min(plan.seconds, takesUntilS + graceS) };
}

/** How much larger a raised memory limit is. */
const RAISE = 1.5;

/** All that ran, in order of start, every second of use known. */
export function simulateFunction(draws: Draws, plan: FunctionPlan, demand: Demand): readonly Run[] {
  const runs: Run[] = [];
  const busyCalls = callsOfABusySecond(demand);
  const restarts = [...plan.restarts];
  let next = { pod: 0, isOngoing: plan.beginsAtS === 0, startS: plan.beginsAtS, takesFromS: 0 };
  let backOffS = 0;
  let kills = 0;
  while (next.startS < plan.seconds - 1) {
    while ((restarts[0]?.atS ?? Infinity) <= next.startS + plan.startS) restarts.shift();
    const restart = restarts[0];
    const memoryLimitBytes =
      plan.memory.limitBytes * RAISE ** Math.floor(kills / plan.memory.killsUntilRaised);
    const span = spanUntil(draws, plan, { ...next, memoryLimitBytes }, restart);
    const run = simulateRun(draws, plan, demand, span, busyCalls);
    runs.push(run);
    if (run.isOomKilled) kills += 1;
    if (restart?.kind === 'deploy' && run.endS >= span.takesUntilS) {
      next = { pod: run.pod + 1, isOngoing: false, startS: restart.atS, takesFromS: span.takesUntilS };
      continue;
    }
    backOffS = nextBackOff(run, backOffS);
    const startS = run.endS + Math.max(plan.startS, backOffS);
    next = { pod: run.pod, isOngoing: false, startS, takesFromS: startS };
  }
  return runs;
}

function nextBackOff({ startS, endS }: Run, before: number): number {
  return endS - startS >= HEALTHY_S
    ? 0
    : Math.min(LONGEST_BACK_OFF_S, Math.max(FIRST_BACK_OFF_S, 2 * before));
}
