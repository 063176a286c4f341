import type { Resources } from '../usage/reading.ts';
import { formatResource, RESOURCE_NAMES, type ResourceName, valueOf } from './resources.ts';

/** Where the sizes of one function are written down. */
export interface DriftFacts {
  readonly namespace: string;
  readonly name: string;
  /** As stack.yml says; null without a stack.yml, or where the function is not in it. */
  readonly stack: Resources | null;
  /** As the Deployment's template says: what the next rollout returns to. */
  readonly template: Resources;
  /** As each running pod's specification says. */
  readonly pods: readonly Resources[];
  /** What was last decided and carried out; null before the first time. */
  readonly decided: Resources | null;
}

/**
 * How a resource has drifted. `pods`: a pod has not what was decided, or pods differ among themselves. `template`: pods
 * have what the next rollout takes from them. `stack`: the Deployment is not what stack.yml says. `file`: stack.yml does
 * not say what was decided, so that the next deploy forgets it.
 */
export type DriftKind = 'pods' | 'template' | 'stack' | 'file';

/** One resource of one function, in cores or bytes; null where nothing is set or known. */
export interface Drift {
  readonly namespace: string;
  readonly name: string;
  readonly resource: ResourceName;
  readonly stack: number | null;
  readonly template: number | null;
  /** The least and the most of the running pods; null without one. */
  readonly pods: { readonly least: number | null; readonly most: number | null } | null;
  readonly decided: number | null;
  /** Empty where all agree. */
  readonly kinds: readonly DriftKind[];
}

/** Drift of every resource of one function, in the order of RESOURCE_NAMES. Pure. */
export function driftOf(facts: DriftFacts): readonly Drift[] {
  return RESOURCE_NAMES.map((resource) => {
    const { namespace, name, stack, decided } = facts;
    const row = {
      namespace,
      name,
      resource,
      stack: stack && valueOf(stack, resource),
      template: valueOf(facts.template, resource),
      pods: rangeOf(facts.pods.map((pod) => valueOf(pod, resource))),
      decided: decided && valueOf(decided, resource),
    };
    return { ...row, kinds: kindsOf(row, stack !== null, decided !== null) };
  });
}

function rangeOf(values: readonly (number | null)[]): Drift['pods'] {
  if (values.length === 0) return null;
  const known = values.filter((value) => value !== null);
  // Without a limit is more than any.
  const most = known.length < values.length ? null : Math.max(...known);
  return { least: known.length === 0 ? null : Math.min(...known), most };
}

function kindsOf(row: Omit<Drift, 'kinds'>, inStack: boolean, isDecided: boolean): readonly DriftKind[] {
  const { resource, stack, template, pods, decided } = row;
  const differs = (left: number | null, right: number | null): boolean => !isAlike(resource, left, right);
  const kinds: DriftKind[] = [];
  // A decision leaves alone what it has no value for.
  const wanted = decided ?? pods?.least ?? null;
  if (pods && (differs(pods.least, pods.most) || differs(pods.least, wanted))) kinds.push('pods');
  if (pods && (differs(pods.least, template) || differs(pods.most, template))) kinds.push('template');
  if (inStack && differs(stack, template)) kinds.push('stack');
  if (inStack && isDecided && decided !== null && differs(stack, decided)) kinds.push('file');
  return kinds;
}

/** Values that are written alike are alike: 0.2 and 200m, 64Mi and 67108864. */
function isAlike(resource: ResourceName, left: number | null, right: number | null): boolean {
  if (left === null || right === null) return left === right;
  return formatResource(resource, left) === formatResource(resource, right);
}
