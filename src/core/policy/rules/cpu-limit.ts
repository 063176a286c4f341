import { POLICY } from '../constants.ts';
import type { Context, Draft, Rule } from '../context.ts';
import { move } from '../context.ts';
import { roundUp } from '../resources.ts';
import { breachOfBudget, rememberBroken } from './rescue-latency.ts';

const seconds = (value: number): string => `${Number(value.toPrecision(3))} s`;

function grow(context: Context, draft: Draft, limit: number): Draft {
  const breach = breachOfBudget(context);
  if (breach === null || (context.signals.stretch ?? 0) <= POLICY.stretch) return draft;
  const grown = move(draft, 'cpu-limit', 'cpu-limit', roundUp('cpu', limit * breach.factor), breach.why);
  return rememberBroken(context, grown, limit);
}

function shrink({ signals, settings, state }: Context, draft: Draft, limit: number): Draft {
  const { durationP95Seconds: p95, durationCalls } = signals;
  const budget = settings.latencyBudgetSeconds;
  if (p95 === null || budget === null || durationCalls < POLICY.latencyShrinkCalls) return draft;
  if (p95 > POLICY.latencyShrinkShare * budget) return draft;
  const floor = state.latencyFloor?.cores ?? 0;
  const cores = roundUp('cpu', Math.max(limit * POLICY.limitStep, floor));
  if (cores >= limit) return draft;
  const why = `p95 over ${durationCalls} calls is ${seconds(p95)}, well within the budget of ${seconds(budget)}`;
  return move(draft, 'cpu-limit', 'cpu-limit', cores, why);
}

/** With a latency budget the CPU limit is fed back from the measured p95; `keep` and `none` leave it to rescue. */
export const cpuLimit: Rule = (context, draft) => {
  const limit = draft.target.cpuLimitCores;
  if (context.settings.cpuLimit !== 'latency' || limit === null || !context.isFresh || draft.rescued)
    return draft;
  const grown = grow(context, draft, limit);
  return grown === draft ? shrink(context, draft, limit) : grown;
};
