import { keyOf } from '#core/function-key.ts';
import type { Decision } from '#core/messages/decision.ts';
import type { DecisionsOf } from './observed-page.ts';

export interface DecisionMemory {
  readonly of: DecisionsOf;
  add(decision: Decision): void;
}

/** What the page shows: an hour at a decision every 15 s, and a little more. */
const KEPT = 250;

/** The last decisions of each function, with the forecasts that they were made with. */
export function createDecisionMemory(): DecisionMemory {
  const byFunction = new Map<string, Decision[]>();
  return {
    of: (namespace, name) => byFunction.get(keyOf({ namespace, name })) ?? [],
    add(decision) {
      const key = keyOf(decision);
      const kept = byFunction.get(key) ?? [];
      byFunction.set(key, [...kept.slice(1 - KEPT), decision]);
    },
  };
}
