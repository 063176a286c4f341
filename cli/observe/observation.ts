import type { Look, SeenFunction } from '#core/chain/look.ts';
import { ForesizeError } from '#core/errors/error.ts';
import type { Decision } from '#core/messages/decision.ts';

/** One function as it was found. */
export interface ObservedFunction extends SeenFunction {
  /** Its last changes by its state, oldest first. */
  readonly decisions: readonly Pick<Decision, 'at' | 'action' | 'reason'>[];
}

/** One look at everything. Times in Unix ms. */
export interface Observation extends Omit<Look, 'functions'> {
  /** For a person: `the local platform, namespace openfaas-fn`. */
  readonly target: string;
  readonly functions: readonly ObservedFunction[];
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
