import type { LiveFunction, NodeFacts, QuotaFacts, Surroundings } from '../chain/ports.ts';
import type { PodFacts, Resources } from '../usage/reading.ts';
import { RESOURCE_NAMES, type ResourceName, valueOf, withValue } from './resources.ts';

/** Nothing is known of what surrounds the functions, and nothing is said of it. */
export const NOTHING_KNOWN: Surroundings = {
  servesResize: null,
  limitRanges: null,
  quotas: null,
  hpas: null,
  unknown: [],
};

/** In-place resize of pods is on by default since Kubernetes 1.33. */
const FIRST_MINOR = 33;

/** Whether a kubelet of this version resizes pods in place; null where the version says nothing. */
function resizesInPlace(version: string | undefined): boolean | null {
  const [, major, minor] = /^v?(\d+)\.(\d+)/.exec(version ?? '') ?? [];
  if (major === undefined || minor === undefined) return null;
  return Number(major) > 1 || (major === '1' && Number(minor) >= FIRST_MINOR);
}

/**
 * Why the running pods cannot be resized in place; null if they can, or if nothing says that they cannot. One pod that
 * cannot is enough: the others would get a size that it has only after a deploy.
 */
export function whyNotInPlace(
  { servesResize }: Surroundings,
  nodes: readonly NodeFacts[],
  { pods }: Pick<LiveFunction, 'pods'>,
): string | null {
  const instead = 'stack.yml can take it for the next deploy';
  if (servesResize === false)
    return `this cluster does not resize running pods (it serves no pods/resize): ${instead}`;
  const holding = nodes.filter(({ name }) => pods.some(({ node }) => node === name));
  const old = holding.find(({ kubeletVersion }) => resizesInPlace(kubeletVersion) === false);
  if (old === undefined) return null;
  const runs = `${old.name} runs Kubernetes ${old.kubeletVersion ?? ''}`;
  return `${runs}, which does not resize running pods (1.${FIRST_MINOR} does): ${instead}`;
}

/** What a quota counts for a pod: the larger of what it asks for and what it still has. */
export function countedOf({ desired, inForce }: PodFacts, resource: ResourceName): number {
  return Math.max(valueOf(desired, resource) ?? 0, valueOf(inForce, resource) ?? 0);
}

function usedAfter(used: Resources, pods: readonly PodFacts[], to: Resources): Resources {
  return RESOURCE_NAMES.reduce((next, resource) => {
    const [before, target] = [valueOf(used, resource), valueOf(to, resource)];
    if (before === null || target === null) return next;
    const grown = pods.reduce((sum, pod) => sum + Math.max(0, target - countedOf(pod, resource)), 0);
    return withValue(next, resource, before + grown);
  }, used);
}

/** The surroundings once these pods get `to`: what grows takes room; what shrinks gives it back only when that is done. */
export function surroundingsAfter(
  surroundings: Surroundings,
  pods: readonly PodFacts[],
  to: Resources,
): Surroundings {
  const { quotas } = surroundings;
  if (quotas === null || quotas.length === 0) return surroundings;
  const taken = quotas.map((quota): QuotaFacts => ({ ...quota, used: usedAfter(quota.used, pods, to) }));
  return { ...surroundings, quotas: taken };
}
