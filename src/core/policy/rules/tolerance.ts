import { POLICY } from '../constants.ts';
import type { Context, Draft, Rule } from '../context.ts';
import { move } from '../context.ts';
import { formatResource, kindOf, RESOURCE_NAMES, type ResourceName, valueOf } from '../resources.ts';

/** A minimum that is not kept, and a memory limit under the forecast, do not wait until they are 15 % off. */
function isUrgent({ lower, forecast }: Context, resource: ResourceName, base: number): boolean {
  if (base < (lower[kindOf(resource).metric] ?? 0)) return true;
  return resource === 'memory-limit' && (forecast.peak.memory?.p99 ?? 0) > base;
}

function tolerate(context: Context, draft: Draft, resource: ResourceName): Draft {
  const wanted = valueOf(draft.target, resource);
  const base = valueOf(context.base, resource);
  if (wanted === null || base === null || wanted === base) return draft;
  if (Math.abs(wanted - base) > POLICY.tolerance * base) return draft;
  if (wanted > base && isUrgent(context, resource, base)) return draft;
  const why = `${formatResource(resource, wanted)} would be within ${POLICY.tolerance * 100} % of it`;
  return move(draft, 'tolerance', resource, base, why);
}

/** Changes too small to matter are not worth a resize. */
export const tolerance: Rule = (context, draft) =>
  RESOURCE_NAMES.reduce((next, resource) => tolerate(context, next, resource), draft);
