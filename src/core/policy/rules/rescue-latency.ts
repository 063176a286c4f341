import { POLICY } from '../constants.ts';
import type { Context, Draft, Rule } from '../context.ts';
import { formatCpuCores } from '../../units/quantity.ts';
import { demandOfCalls, rescueTo, throttlingLimit, unansweredStretch } from './rescue-throttling.ts';

interface Breach {
  readonly factor: number;
  readonly why: string;
}

const seconds = (value: number): string => `${Number(value.toPrecision(3))} s`;

/** How far the p95 is over the budget; null if it is within, or too few calls say so. */
export function breachOfBudget({ signals, settings }: Context): Breach | null {
  const budget = settings.latencyBudgetSeconds;
  if (budget === null) return null;
  const { durationP95Seconds: p95, durationCalls, callsInFlight } = signals;
  const { least, most } = POLICY.latencyFactor;
  if (p95 !== null && durationCalls >= POLICY.latencyCalls && p95 > budget) {
    const factor = Math.min(most, Math.max(least, p95 / budget));
    return { factor, why: `p95 is ${seconds(p95)}, over the budget of ${seconds(budget)}` };
  }
  if (durationCalls === 0 && (callsInFlight ?? 0) > POLICY.queuedCalls) {
    return { factor: most, why: `no call has finished and ${callsInFlight ?? 0} are in flight` };
  }
  return null;
}

/** A limit that broke the budget is not to be tried again for a day. */
export function rememberBroken({ now, state }: Context, draft: Draft, limit: number): Draft {
  const cores = Math.max(limit * POLICY.latencyFactor.least, state.latencyFloor?.cores ?? 0);
  const latencyFloor = { cores: Number(cores.toFixed(4)), until: now + POLICY.latencyFloorMs };
  return { ...draft, remember: { ...draft.remember, latencyFloor } };
}

/** With a latency budget, throttling matters only while the p95 is over it, and the budget says how much. */
export const rescueLatency: Rule = (context, draft) => {
  const limit = throttlingLimit(context);
  const breach = breachOfBudget(context);
  if (context.settings.cpuLimit !== 'latency' || limit === null || breach === null) return draft;
  if (unansweredStretch(context) === null) return draft;
  const cores = Math.max(limit * breach.factor, demandOfCalls(context));
  const why = `${breach.why}, throttled by a CPU limit of ${formatCpuCores(limit)}`;
  return rememberBroken(context, rescueTo(draft, 'rescue-latency', cores, why), limit);
};
