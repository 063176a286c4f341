import { POLICY } from '../constants.ts';
import type { Context, Draft, Rule } from '../context.ts';
import { isShrinking, move } from '../context.ts';
import { formatResource, RESOURCE_NAMES, type ResourceName, roundUp, kindOf, valueOf } from '../resources.ts';

const LEAST_SHARE: Readonly<Record<ResourceName, number>> = {
  'cpu-request': POLICY.requestStep,
  'memory-request': POLICY.requestStep,
  'cpu-limit': POLICY.limitStep,
  'memory-limit': POLICY.memoryLimitStep,
};

function shorten(context: Context, draft: Draft, resource: ResourceName): Draft {
  const wanted = valueOf(draft.target, resource);
  const base = valueOf(context.base, resource);
  if (wanted === null || base === null || !isShrinking(context, draft, resource)) return draft;
  const least = roundUp(kindOf(resource).metric, base * LEAST_SHARE[resource]);
  if (wanted >= least) return draft;
  const why = `towards ${formatResource(resource, wanted)}, at most to ${LEAST_SHARE[resource]} of it at a time`;
  return move(draft, 'step-size', resource, Math.min(base, least), why);
}

/** One shrink never takes more than half of a request, a fifth of a CPU limit, a tenth of a memory limit. */
export const stepSize: Rule = (context, draft) =>
  RESOURCE_NAMES.reduce((next, resource) => shorten(context, next, resource), draft);
