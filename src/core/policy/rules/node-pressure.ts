import { capGrowth } from '../cap-growth.ts';
import type { Rule } from '../context.ts';
import { changesRequest, RESOURCE_NAMES, valueOf } from '../resources.ts';

/** A node that evicts for want of memory, disk or process ids has nothing to reserve: no request grows there. */
export const nodePressure: Rule = (context, draft) => {
  const { nodes, live, base } = context;
  const pressed = nodes.find(
    ({ name, pressures = [] }) => pressures.length > 0 && live.pods.some(({ node }) => node === name),
  );
  if (pressed === undefined) return draft;
  const why = `${pressed.name} reports ${(pressed.pressures ?? []).join(' and ')}, and no request grows there`;
  return RESOURCE_NAMES.filter((resource) => changesRequest(context.qosClass, resource)).reduce(
    (next, resource) =>
      capGrowth(context, next, 'node-pressure', resource, valueOf(base, resource) ?? 0, why),
    draft,
  );
};
