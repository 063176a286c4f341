import type { Rule } from '../context.ts';
import { isShrinking, move, type Context, type Draft } from '../context.ts';
import { formatValue, kindOf, RESOURCE_NAMES, type ResourceName, roundUp, valueOf } from '../resources.ts';

function keepAbove(context: Context, draft: Draft, resource: ResourceName): Draft {
  if (!isShrinking(context, draft, resource)) return draft;
  const { metric } = kindOf(resource);
  const { lastCpuCores, lastMemoryBytes } = context.signals;
  const last = metric === 'cpu' ? lastCpuCores : lastMemoryBytes;
  if (last === null || (valueOf(draft.target, resource) ?? 0) >= last) return draft;
  const least = Math.min(roundUp(metric, last), valueOf(context.base, resource) ?? last);
  return move(draft, 'current-use', resource, least, `${formatValue(metric, last)} is in use now`);
}

/** Nothing shrinks below what is used now, whatever the forecast says. */
export const currentUse: Rule = (context, draft) =>
  RESOURCE_NAMES.reduce((next, resource) => keepAbove(context, next, resource), draft);
