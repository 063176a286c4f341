import type { QuotaFacts } from '../../chain/ports.ts';
import { capGrowth } from '../cap-growth.ts';
import type { Context, Draft, Rule } from '../context.ts';
import {
  changedWith,
  formatResource,
  kindOf,
  RESOURCE_NAMES,
  type ResourceName,
  valueOf,
} from '../resources.ts';
import { countedOf } from '../surroundings.ts';

/** The most that each of several may have if together they may grow by `room`: the smallest are filled up first. */
export function mostWithin(sizes: readonly number[], room: number): number {
  const sorted = [...sizes].sort((left, right) => left - right);
  let left = room;
  for (const [index, size] of sorted.entries()) {
    const count = index + 1;
    const cost = count * ((sorted[count] ?? Infinity) - size);
    if (cost > left) return size + left / count;
    left -= cost;
  }
  return Infinity;
}

function fit(
  context: Context,
  draft: Draft,
  resource: ResourceName,
  counted: ResourceName,
  quota: QuotaFacts,
): Draft {
  const [hard, used] = [valueOf(quota.hard, counted), valueOf(quota.used, counted)];
  if (hard === null || used === null) return draft;
  const { pods } = context.live;
  const room = Math.max(0, hard - used);
  const most = mostWithin(
    pods.map((pod) => countedOf(pod, counted)),
    room,
  );
  const left = room === 0 ? 'no' : formatResource(counted, room);
  const share = pods.length === 1 ? '' : ` for ${pods.length} pods`;
  const why = `the ResourceQuota ${quota.name} has ${left} ${kindOf(counted).label} left${share}`;
  return capGrowth(context, draft, 'quota', resource, most, why);
}

/** Growth keeps to the room that the namespace's quotas leave, in all pods together. The API server would refuse more. */
export const quota: Rule = (context, draft) =>
  (context.surroundings.quotas ?? []).reduce(
    (all, facts) =>
      RESOURCE_NAMES.reduce(
        (next, resource) =>
          changedWith(context.qosClass, resource).reduce(
            (grown, counted) => fit(context, grown, resource, counted, facts),
            next,
          ),
        all,
      ),
    draft,
  );
