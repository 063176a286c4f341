import type { CallSeries } from '#core/usage/reading.ts';
import { stampMs, type Identity } from './container-samples.ts';
import type { Draws } from './draws.ts';
import type { CallSamplingPlan } from './sampling-plan.ts';

/** Calls of each step, each `lateS` later than it began, as a log of them tells. */
export function loggedCalls(
  times: Float64Array,
  { lateS }: CallSamplingPlan,
  steps: number,
  stepMs: number,
): Float64Array {
  const counts = new Float64Array(steps);
  for (const time of times) {
    const step = Math.floor((1000 * (time + lateS)) / stepMs);
    if (step < steps) counts[step] = (counts[step] ?? 0) + 1;
  }
  return counts;
}

/** The gateway's counter of calls started, as it is scraped; all else of the series is left out. */
export function callSamples(
  draws: Draws,
  times: Float64Array,
  plan: CallSamplingPlan,
  seconds: number,
  identity: Identity,
): CallSeries {
  const stamps: number[] = [];
  for (let at = draws.between(0, plan.periodS); at <= seconds; at += plan.periodS) stamps.push(at);
  let seen = 0;
  let counted = plan.counter;
  let restartsAtS = plan.restartsAtS;
  const started = Float64Array.from(stamps, (stamp) => {
    for (; (times[seen] ?? Infinity) <= stamp - plan.lateS; seen += 1) {
      if ((times[seen] ?? 0) >= restartsAtS) {
        counted = 0;
        restartsAtS = Infinity;
      }
      counted += 1;
    }
    return counted;
  });
  return {
    namespace: identity.namespace,
    functionName: identity.name,
    timesMs: Float64Array.from(stamps, (stamp) => stampMs(stamp, identity)),
    started,
    completed: started,
    durationBoundsSeconds: [],
    durationCounts: [],
  };
}
