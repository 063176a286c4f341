import type { Context, Draft } from './context.ts';
import { move } from './context.ts';
import { formatResource, kindOf, type ResourceName, roundDown, valueOf } from './resources.ts';

/** What is never taken back: the last decision, and during a trial what the other pods still have. */
function running({ base, live, state }: Context, resource: ResourceName, wanted: number): number {
  const decided = valueOf(base, resource) ?? 0;
  if (state.canary === null) return decided;
  const sizes = live.pods.map(({ desired }) => valueOf(desired, resource) ?? 0);
  return Math.max(decided, Math.min(wanted, Math.max(0, ...sizes)));
}

/** Growth of a resource to more than `most` goes as far as that, in whole units; what runs already is never lowered. */
export function capGrowth(
  context: Context,
  draft: Draft,
  rule: string,
  resource: ResourceName,
  most: number,
  why: string,
): Draft {
  const wanted = valueOf(draft.target, resource);
  if (wanted === null || valueOf(context.base, resource) === null) return draft;
  const after = Math.max(running(context, resource, wanted), roundDown(kindOf(resource).metric, most));
  if (wanted <= after) return draft;
  return move(draft, rule, resource, after, `not raised to ${formatResource(resource, wanted)}: ${why}`);
}
