import { POLICY } from '../constants.ts';
import type { Context, Draft, Rule } from '../context.ts';
import { holdShrink, isShrinking, move } from '../context.ts';
import { ages } from '../maxima.ts';
import { formatValue, kindOf, RESOURCE_NAMES, type ResourceName, roundUp, valueOf } from '../resources.ts';

function marginOf(resource: ResourceName): number {
  if (!kindOf(resource).isLimit) return POLICY.requestMargin;
  return resource === 'cpu-limit' ? POLICY.cpuLimitMargin : POLICY.memoryLimitMargin;
}

function fitRecord(context: Context, draft: Draft, resource: ResourceName): Draft {
  if (!isShrinking(context, draft, resource)) return draft;
  const { metric } = kindOf(resource);
  const { value, missing } = context.peaks[metric];
  if (missing !== null || value === null) {
    return holdShrink(context, draft, 'evidence', resource, missing ?? 'no use known');
  }
  const least = roundUp(metric, value * marginOf(resource));
  const wanted = valueOf(draft.target, resource) ?? 0;
  if (wanted >= least) return draft;
  const base = valueOf(context.base, resource) ?? least;
  const window = ages(context.settings.evidenceMs);
  const why = `the highest use of the last ${window}, ${formatValue(metric, value)}, must fit with a margin`;
  return move(draft, 'evidence', resource, Math.min(base, least), why);
}

/**
 * Grow on a forecast, shrink only on evidence: the highest use of the whole window, plus margin, must fit. That includes
 * what is used now.
 */
export const evidence: Rule = (context, draft) =>
  RESOURCE_NAMES.reduce((next, resource) => fitRecord(context, next, resource), draft);
