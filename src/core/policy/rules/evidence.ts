import { POLICY } from '../constants.ts';
import type { Context, Draft, Rule } from '../context.ts';
import { holdShrink, isShrinking, move } from '../context.ts';
import { toldWindow } from '../maxima.ts';
import { minimumReplicas } from '../minimum-replicas.ts';
import { formatValue, kindOf, RESOURCE_NAMES, type ResourceName, roundUp, valueOf } from '../resources.ts';

function marginOf({ requestMargin }: Context, resource: ResourceName): number {
  if (!kindOf(resource).isLimit) return requestMargin;
  return resource === 'cpu-limit' ? POLICY.cpuLimitMargin : POLICY.memoryLimitMargin;
}

/** More pods than there may be share the work today: the use of a pod that had its part of all is larger. */
function whereAll({ live }: Context, resource: ResourceName): string {
  const fewest = minimumReplicas(live);
  if (kindOf(resource).metric === 'memory' || live.pods.length <= fewest) return '';
  return ` a pod at the minimum of ${fewest} ${fewest === 1 ? 'replica' : 'replicas'}`;
}

function fitRecord(context: Context, draft: Draft, resource: ResourceName): Draft {
  if (!isShrinking(context, draft, resource)) return draft;
  const { metric } = kindOf(resource);
  const { value, missing } = context.peaks[metric];
  if (missing !== null || value === null) {
    return holdShrink(context, draft, 'evidence', resource, missing ?? 'no use known');
  }
  const least = roundUp(metric, value * marginOf(context, resource));
  const wanted = valueOf(draft.target, resource) ?? 0;
  if (wanted >= least) return draft;
  const base = valueOf(context.base, resource) ?? least;
  const window = toldWindow(context.state, context.now, context.settings.evidenceMs);
  const most = `${formatValue(metric, value)}${whereAll(context, resource)}`;
  const why = `the highest use of the last ${window}, ${most}, must fit with a margin`;
  return move(draft, 'evidence', resource, Math.min(base, least), why);
}

/**
 * Grow on a forecast, shrink only on evidence: the highest use of the whole window, plus margin, must fit. That includes
 * what is used now.
 */
export const evidence: Rule = (context, draft) =>
  RESOURCE_NAMES.reduce((next, resource) => fitRecord(context, next, resource), draft);
