import type { Decision } from '#core/messages/decision.ts';
import type { Observed } from '../../src/page/observed.ts';
import type { Observation } from '../observe/observation.ts';

/** Decisions of one function, oldest first. */
export type DecisionsOf = (namespace: string, name: string) => readonly Decision[];

/** A look at everything as the page takes it, with the decisions that are known. */
export function observedPage(
  { target, at, stepMs, functions }: Observation,
  decisionsOf: DecisionsOf = () => [],
): Observed {
  return {
    target,
    at,
    stepMs,
    functions: functions.map(({ live, usage, forecast, recommendation, calls }) => ({
      live,
      usage,
      forecast,
      calls,
      recommended: recommendation?.to ?? null,
      decisions: decisionsOf(live.namespace, live.name),
    })),
  };
}
