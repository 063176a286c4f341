import { autoscalerOf, scalesByRequest } from '../autoscalers.ts';
import type { Context, Rule } from '../context.ts';
import { holdChange } from '../context.ts';
import { kindOf, RESOURCE_NAMES, type ResourceName } from '../resources.ts';

/** A Guaranteed pod's requests are its limits, so there the limits are held as well. */
const isRequest = ({ qosClass }: Context, resource: ResourceName): boolean =>
  !kindOf(resource).isLimit || qosClass === 'Guaranteed';

/**
 * A HorizontalPodAutoscaler that divides use by a request would answer each change of that request with other replicas,
 * and other replicas would change what each pod needs: sizing holds the request. Rescue goes on.
 */
export const horizontalAutoscaler: Rule = (context, draft) => {
  const autoscaler = autoscalerOf(context.surroundings, context.live);
  if (autoscaler === undefined) return draft;
  return RESOURCE_NAMES.reduce((next, resource) => {
    const { metric } = kindOf(resource);
    if (!isRequest(context, resource) || !scalesByRequest(autoscaler, metric)) return next;
    const why = `the HorizontalPodAutoscaler ${autoscaler.name} scales by ${metric} ÷ request`;
    return holdChange(context, next, 'horizontal-autoscaler', resource, why);
  }, draft);
};
