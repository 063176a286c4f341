import { autoscalerOf, scalesByRequest } from '../autoscalers.ts';
import type { Rule } from '../context.ts';
import { holdChange } from '../context.ts';
import { changesRequest, kindOf, RESOURCE_NAMES } from '../resources.ts';

/**
 * A HorizontalPodAutoscaler that divides use by a request would answer each change of that request with other replicas,
 * and other replicas would change what each pod needs: sizing holds the request. Rescue goes on.
 */
export const horizontalAutoscaler: Rule = (context, draft) => {
  const autoscaler = autoscalerOf(context.surroundings, context.live);
  if (autoscaler === undefined) return draft;
  return RESOURCE_NAMES.reduce((next, resource) => {
    const { metric } = kindOf(resource);
    if (!changesRequest(context.qosClass, resource) || !scalesByRequest(autoscaler, metric)) return next;
    const why = `the HorizontalPodAutoscaler ${autoscaler.name} scales by ${metric} ÷ request`;
    return holdChange(context, next, 'horizontal-autoscaler', resource, why);
  }, draft);
};
