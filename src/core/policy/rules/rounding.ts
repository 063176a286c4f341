import type { Rule } from '../context.ts';
import { kindOf, RESOURCE_NAMES, roundUp, valueOf, withValue } from '../resources.ts';

/** Up to whole millicores and MiB within the upper bound. Leaves no line: it explains nothing. */
export const rounding: Rule = (context, draft) => {
  const target = RESOURCE_NAMES.reduce((next, resource) => {
    const value = valueOf(next, resource);
    const base = valueOf(context.base, resource);
    if (value === null || base === null || value === base) return next;
    const { metric } = kindOf(resource);
    const upper = Math.max(context.upper[metric] ?? Infinity, base);
    return withValue(next, resource, Math.min(upper, roundUp(metric, value)));
  }, draft.target);
  return { ...draft, target };
};
