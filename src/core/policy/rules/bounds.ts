import { POLICY } from '../constants.ts';
import type { Context, Draft, Rule } from '../context.ts';
import { move } from '../context.ts';
import { formatResource, kindOf, RESOURCE_NAMES, type ResourceName, valueOf } from '../resources.ts';

/** The kernel's and the kubelet's smallest sizes, and the least any runtime needs. */
function floorOf(resource: ResourceName): number {
  if (resource === 'cpu-limit') return POLICY.cpuLimitFloor;
  return resource === 'cpu-request' ? POLICY.cpuRequestFloor : POLICY.memoryFloor;
}

function bound(context: Context, draft: Draft, resource: ResourceName): Draft {
  const wanted = valueOf(draft.target, resource);
  const base = valueOf(context.base, resource);
  if (wanted === null || base === null) return draft;
  if (resource === 'cpu-limit' && context.settings.cpuLimit === 'none') return draft;
  const { metric, label } = kindOf(resource);
  const asked = context.lower[metric] ?? 0;
  // What the user set is left as it is: a floor or a bound caps what Foresize sets.
  const lower = Math.max(asked, wanted === base ? 0 : Math.min(floorOf(resource), base));
  const upper = Math.max(context.upper[metric] ?? Infinity, base);
  if (wanted > upper) {
    const why = `a ${label} may be at most ${formatResource(resource, upper)}`;
    return move(draft, 'bounds', resource, upper, why);
  }
  if (wanted >= lower) return draft;
  const why = `a ${label} is at least ${formatResource(resource, lower)}`;
  return move(draft, 'bounds', resource, Math.min(lower, upper), why);
}

/** Minimum and maximum from the annotations, the node's allocatable, and the floors. Rescue is bound by them too. */
export const bounds: Rule = (context, draft) =>
  RESOURCE_NAMES.reduce((next, resource) => bound(context, next, resource), draft);
