import { type Decision, wasApplied } from '#core/messages/decision.ts';
import type { Resources } from '#core/usage/reading.ts';

/** What a pod had from `at` on. */
export interface Allocated {
  readonly at: number;
  readonly resources: Resources;
}

/** What the pods had over time by the decisions, which tell before and after; oldest first, as the decisions are. */
export function allocationsOf(decisions: readonly Decision[]): readonly Allocated[] {
  return decisions.flatMap((decision) => {
    const resources = wasApplied(decision) ? decision.to : decision.from;
    return resources === null ? [] : [{ at: decision.at, resources }];
  });
}

/** The newest of `values` that is not after each time, by their `at`; null before the first. Both ascend. */
export function newestAtEach<T extends { readonly at: number }>(
  times: readonly number[],
  values: readonly T[],
): (T | null)[] {
  let next = 0;
  return times.map((time) => {
    while (next < values.length && (values[next]?.at ?? Infinity) <= time) next += 1;
    return values[next - 1] ?? null;
  });
}
