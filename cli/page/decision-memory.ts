import { keyOf } from '#core/function-key.ts';
import type { Decision } from '#core/messages/decision.ts';
import type { Decisions } from './decisions.ts';

export interface DecisionMemory extends Decisions {
  /** One that is known already is passed over. */
  readonly add: (decision: Decision) => void;
}

/** What the page shows: an hour at a decision every 15 s, and a little more. */
const KEPT = 250;

/** The last decisions of each function, with the forecasts that they were made with. */
export function createDecisionMemory(): DecisionMemory {
  const byFunction = new Map<string, readonly Decision[]>();
  return {
    of: ({ namespace, name }) => byFunction.get(keyOf({ namespace, name })) ?? [],
    refresh: () => Promise.resolve(),
    add: (decision) => {
      const key = keyOf(decision);
      const known = byFunction.get(key) ?? [];
      if (!known.some(({ at, cycle }) => at === decision.at && cycle === decision.cycle))
        byFunction.set(key, inOrder(known, decision).slice(-KEPT));
    },
  };
}

/** They come in order of time but for those of another pod. */
function inOrder(known: readonly Decision[], decision: Decision): readonly Decision[] {
  const all = [...known, decision];
  return (known.at(-1)?.at ?? -Infinity) <= decision.at ? all : all.sort((a, b) => a.at - b.at);
}
