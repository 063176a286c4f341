import { POLICY } from '../constants.ts';
import type { Context, Draft, Rule } from '../context.ts';
import { isShrinking, move } from '../context.ts';
import { formatResource, RESOURCE_NAMES, type ResourceName, roundUp, kindOf, valueOf } from '../resources.ts';

interface Step {
  /** What the shrink leaves at least. */
  readonly share: number;
  readonly taken: string;
}

const STEPS: Readonly<Record<ResourceName, Step>> = {
  'cpu-request': { share: POLICY.requestStep, taken: 'half' },
  'memory-request': { share: POLICY.requestStep, taken: 'half' },
  'cpu-limit': { share: POLICY.limitStep, taken: 'a fifth' },
  'memory-limit': { share: POLICY.memoryLimitStep, taken: 'a tenth' },
};

function shorten(context: Context, draft: Draft, resource: ResourceName): Draft {
  const wanted = valueOf(draft.target, resource);
  const base = valueOf(context.base, resource);
  if (wanted === null || base === null || !isShrinking(context, draft, resource)) return draft;
  const { share, taken } = STEPS[resource];
  const least = roundUp(kindOf(resource).metric, base * share);
  if (wanted >= least) return draft;
  const why = `on the way to ${formatResource(resource, wanted)}, by ${taken} at most in one step`;
  return move(draft, 'step-size', resource, Math.min(base, least), why);
}

/** One shrink never takes more than half of a request, a fifth of a CPU limit, a tenth of a memory limit. */
export const stepSize: Rule = (context, draft) =>
  RESOURCE_NAMES.reduce((next, resource) => shorten(context, next, resource), draft);
