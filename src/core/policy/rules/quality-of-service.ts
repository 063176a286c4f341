import type { Context, Draft, Rule } from '../context.ts';
import { move } from '../context.ts';
import { type Metric, type ResourceName, UNIT, valueOf } from '../resources.ts';

interface Pair {
  readonly metric: Metric;
  readonly request: ResourceName;
  readonly limit: ResourceName;
}

const PAIRS: readonly Pair[] = [
  { metric: 'cpu', request: 'cpu-request', limit: 'cpu-limit' },
  { metric: 'memory', request: 'memory-request', limit: 'memory-limit' },
];

function follow(draft: Draft, { request, limit }: Pair): Draft {
  const value = valueOf(draft.target, limit);
  if (value === null) return draft;
  return move(draft, 'quality-of-service', request, value, 'a Guaranteed pod keeps requests equal to limits');
}

/** Room that a request leaves below its limit: where they differ, they go on to differ, so the pod stays Burstable. */
function gapOf({ base }: Context, { metric, request, limit }: Pair): number {
  return valueOf(base, request) === valueOf(base, limit) ? 0 : UNIT[metric];
}

function fit(context: Context, draft: Draft, pair: Pair): Draft {
  const request = valueOf(draft.target, pair.request);
  const limit = valueOf(draft.target, pair.limit);
  if (request === null || limit === null) return draft;
  const gap = gapOf(context, pair);
  if (request + gap <= limit) return draft;
  const [baseRequest, baseLimit] = [valueOf(context.base, pair.request), valueOf(context.base, pair.limit)];
  if (baseLimit !== null && limit < baseLimit) {
    const least = Math.min(baseLimit, request + gap);
    const raised = move(draft, 'quality-of-service', pair.limit, least, 'a limit stays above its request');
    if (request + gap <= least) return raised;
    return move(
      raised,
      'quality-of-service',
      pair.request,
      Math.max(baseRequest ?? 0, least - gap),
      'a request stays below its limit',
    );
  }
  const most = Math.min(request, Math.max(baseRequest ?? 0, limit - gap));
  const least = Math.min(request, context.lower[pair.metric] ?? 0);
  if (most < least && least + gap <= (context.upper[pair.metric] ?? Infinity)) {
    const why = 'a limit stays above its request, and the request at its minimum';
    const raised = move(draft, 'quality-of-service', pair.limit, least + gap, why);
    return move(raised, 'quality-of-service', pair.request, least, 'a request stays below its limit');
  }
  return move(draft, 'quality-of-service', pair.request, most, 'a request stays below its limit');
}

/** Requests stay within limits, and the class of the pod, which cannot change while it runs, stays what it is. */
export const qualityOfService: Rule = (context, draft) =>
  PAIRS.reduce(
    (next, pair) => (context.qosClass === 'Guaranteed' ? follow(next, pair) : fit(context, next, pair)),
    draft,
  );
