import type { LiveFunction, NodeFacts } from '#core/chain/ports.ts';
import { ForesizeError } from '#core/errors/error.ts';
import type { Decision } from '#core/messages/decision.ts';
import type { FunctionForecast } from '#core/messages/forecast.ts';
import type { FunctionUsage } from '#core/messages/usage.ts';
import type { FunctionSettings } from '#core/policy/settings.ts';
import type { FunctionState } from '#core/policy/state.ts';
import type { Recommendation } from '#core/recommend/recommendation.ts';
import type { CallSeries } from '#core/usage/reading.ts';

/** One function as it was found. */
export interface ObservedFunction {
  readonly live: LiveFunction;
  readonly usage: FunctionUsage;
  readonly forecast: FunctionForecast;
  /** What Foresize remembers of it; undefined where it does not run, or has never seen it. */
  readonly state: FunctionState | undefined;
  /** Null where its annotations are wrong. */
  readonly settings: FunctionSettings | null;
  /** What is wrong with its annotations. */
  readonly problem: string | null;
  /** Null where its annotations are wrong. */
  readonly recommendation: Recommendation | null;
  /** Its last changes by its state, oldest first. */
  readonly decisions: readonly Pick<Decision, 'at' | 'action' | 'reason'>[];
  /** The gateway's counters; null where they are not known. */
  readonly calls: CallSeries | null;
}

/** One look at everything. Times in Unix ms. */
export interface Observation {
  /** For a person: `the local platform, namespace openfaas-fn`. */
  readonly target: string;
  readonly at: number;
  readonly stepMs: number;
  readonly horizonMs: number;
  readonly functions: readonly ObservedFunction[];
  readonly nodes: readonly NodeFacts[];
  /** What could not be read, and what that means. */
  readonly notes: readonly string[];
}

/** The function of that name. Throws `function-not-found`, which names those that there are. */
export function functionNamed(name: string, { target, functions }: Observation): ObservedFunction {
  const found = functions.find(({ live }) => live.name === name);
  if (found !== undefined) return found;
  const known = functions.map(({ live }) => live.name).join(', ');
  throw new ForesizeError(
    'function-not-found',
    `there is no function ${name} on ${target}, but ${known || 'none'}`,
  );
}
