import type { Rule } from '../context.ts';
import { holdChange } from '../context.ts';
import { gateClosed } from '../gate.ts';
import { kindOf, RESOURCE_NAMES } from '../resources.ts';

/**
 * No model acts before it has proved itself: what sizing wants of a metric whose gate is closed is said, not done. Rescue
 * is no model and passes. In recommend mode nothing is done anyway, and the advice is worth hearing.
 */
export const gate: Rule = (context, draft) => {
  const { settings, state, forecast } = context;
  if (settings.mode !== 'apply' || settings.gate === 'off') return draft;
  return RESOURCE_NAMES.reduce((next, resource) => {
    const closed = gateClosed(state, kindOf(resource).metric, forecast.evidence.replay?.samples ?? null);
    return closed === null ? next : holdChange(context, next, 'gate', resource, closed);
  }, draft);
};
