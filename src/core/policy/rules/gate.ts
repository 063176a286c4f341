import type { Rule } from '../context.ts';
import { move } from '../context.ts';
import { gateClosed } from '../gate.ts';
import { formatResource, kindOf, RESOURCE_NAMES, valueOf } from '../resources.ts';

/**
 * No model acts before it has proved itself: what sizing wants of a metric whose gate is closed is said, not done. Rescue
 * is no model and passes. In recommend mode nothing is done anyway, and the advice is worth hearing.
 */
export const gate: Rule = (context, draft) => {
  const { settings, state, base, forecast } = context;
  if (settings.mode !== 'apply' || settings.gate === 'off') return draft;
  return RESOURCE_NAMES.reduce((next, resource) => {
    const [wanted, current] = [valueOf(next.target, resource), valueOf(base, resource)];
    if (wanted === null || current === null || wanted === current) return next;
    const closed = gateClosed(state, kindOf(resource).metric, forecast.evidence.replay?.samples ?? null);
    if (closed === null) return next;
    const why = `not changed to ${formatResource(resource, wanted)}: ${closed}`;
    return move(next, 'gate', resource, current, why);
  }, draft);
};
