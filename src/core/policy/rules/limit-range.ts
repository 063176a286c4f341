import type { LimitRangeFacts } from '../../chain/ports.ts';
import { capGrowth } from '../cap-growth.ts';
import type { Context, Draft, Rule } from '../context.ts';
import { move } from '../context.ts';
import {
  formatResource,
  kindOf,
  type Metric,
  RESOURCE_NAMES,
  type ResourceName,
  roundUp,
  valueOf,
} from '../resources.ts';

const RULE = 'limit-range';
const METRICS: readonly Metric[] = ['cpu', 'memory'];

function atMost(
  context: Context,
  draft: Draft,
  resource: ResourceName,
  { name, max }: LimitRangeFacts,
): Draft {
  const { metric, label } = kindOf(resource);
  const most = max[metric];
  if (most === null) return draft;
  const why = `the LimitRange ${name} allows a ${label} of at most ${formatResource(resource, most)}`;
  return capGrowth(context, draft, RULE, resource, most, why);
}

/** What is not changed stays below a minimum that came later, and a shrink below it is given up. */
function atLeast(
  context: Context,
  draft: Draft,
  resource: ResourceName,
  { name, min }: LimitRangeFacts,
): Draft {
  const { metric, label } = kindOf(resource);
  const [wanted, base, asked] = [
    valueOf(draft.target, resource),
    valueOf(context.base, resource),
    min[metric],
  ];
  if (wanted === null || base === null || asked === null || wanted === base) return draft;
  const upper = Math.max(base, context.upper[metric] ?? Infinity);
  const least = Math.min(wanted < base ? base : upper, roundUp(metric, asked));
  if (wanted >= least) return draft;
  const why = `the LimitRange ${name} asks for a ${label} of at least ${formatResource(resource, asked)}`;
  return move(draft, RULE, resource, least, why);
}

interface Pair {
  readonly request: number;
  readonly limit: number;
  /** Most that the limit may be of the request. */
  readonly ratio: number;
  readonly why: string;
}

/** Request and limit that are further apart than the LimitRange allows and not left as they are; null if there are none. */
function tornPair({ base }: Context, { target }: Draft, metric: Metric, range: LimitRangeFacts): Pair | null {
  const ratio = range.ratio[metric];
  const [request, limit] = [valueOf(target, `${metric}-request`), valueOf(target, `${metric}-limit`)];
  if (ratio === null || request === null || limit === null || limit <= ratio * request * (1 + 1e-9))
    return null;
  const stays = request === valueOf(base, `${metric}-request`) && limit === valueOf(base, `${metric}-limit`);
  const why = `the LimitRange ${range.name} allows a limit of at most ${ratio} × its request`;
  return stays ? null : { request, limit, ratio, why };
}

function raiseRequest(context: Context, draft: Draft, metric: Metric, range: LimitRangeFacts): Draft {
  const pair = tornPair(context, draft, metric, range);
  if (pair === null) return draft;
  const least = Math.min(pair.limit, roundUp(metric, pair.limit / pair.ratio));
  return move(draft, RULE, `${metric}-request`, least, pair.why);
}

function lowerLimit(context: Context, draft: Draft, metric: Metric, range: LimitRangeFacts): Draft {
  const pair = tornPair(context, draft, metric, range);
  if (pair === null) return draft;
  return capGrowth(context, draft, RULE, `${metric}-limit`, pair.ratio * pair.request, pair.why);
}

const overResources = (rule: typeof atMost, context: Context, draft: Draft, range: LimitRangeFacts): Draft =>
  RESOURCE_NAMES.reduce((next, resource) => rule(context, next, resource, range), draft);

const overMetrics = (
  rule: typeof raiseRequest,
  context: Context,
  draft: Draft,
  range: LimitRangeFacts,
): Draft => METRICS.reduce((next, metric) => rule(context, next, metric, range), draft);

/**
 * What changes keeps to the namespace's LimitRanges, or the API server would refuse it: within minimum and maximum, and
 * where the limit would be too many times the request, the request grows with it. Of LimitRanges that contradict each
 * other the maximum holds.
 */
export const limitRange: Rule = (context, draft) => {
  const ranges = context.surroundings.limitRanges ?? [];
  const least = ranges.reduce((next, range) => overResources(atLeast, context, next, range), draft);
  const paired = ranges.reduce((next, range) => overMetrics(raiseRequest, context, next, range), least);
  return ranges.reduce((next, range) => overResources(atMost, context, next, range), paired);
};

/** Where the request could not grow with it, a limit grows as far as its request allows. */
export const limitRatio: Rule = (context, draft) =>
  (context.surroundings.limitRanges ?? []).reduce(
    (next, range) => overMetrics(lowerLimit, context, next, range),
    draft,
  );
