import type { User } from './identities.ts';

/** What a request wants to do, in the terms of Kubernetes' authorizers. */
export interface Attributes {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  /** '' without one. */
  readonly subresource: string;
  /** '' for a cluster-wide request. */
  readonly namespace: string;
  readonly name: string;
}

interface Rule {
  readonly group: string;
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
  /** Only objects of these names; without it, all. */
  readonly names?: RegExp;
  /** Cluster rules hold everywhere, the others in the functions' namespace. */
  readonly cluster?: true;
}

const READ = ['get', 'list'];

/** Of the cluster's API, deploy/ grants the same. */
const READER: readonly Rule[] = [
  { group: '', resources: ['nodes/proxy'], verbs: ['get'], cluster: true },
  { group: '', resources: ['nodes'], verbs: ['get', 'list'], cluster: true },
  { group: 'metrics.k8s.io', resources: ['pods'], verbs: READ },
  { group: '', resources: ['pods'], verbs: READ },
  { group: 'apps', resources: ['deployments'], verbs: ['get', 'list'] },
  { group: '', resources: ['configmaps'], verbs: ['get', 'update'], names: /^foresize-cycle$/ },
];

const WRITER: readonly Rule[] = [
  { group: '', resources: ['nodes'], verbs: ['get', 'list'], cluster: true },
  { group: '', resources: ['pods'], verbs: READ },
  { group: '', resources: ['limitranges', 'resourcequotas'], verbs: ['get', 'list'] },
  { group: 'apps', resources: ['deployments'], verbs: ['get', 'list'] },
  { group: 'autoscaling', resources: ['horizontalpodautoscalers'], verbs: ['get', 'list'] },
  { group: '', resources: ['pods/resize'], verbs: ['patch'] },
  {
    group: '',
    resources: ['configmaps'],
    verbs: ['create', 'get', 'update'],
    names: /^foresize-state-[a-z0-9-]+$/,
  },
  { group: '', resources: ['configmaps'], verbs: ['get'], names: /^foresize-kill-switch$/ },
  { group: '', resources: ['events'], verbs: ['create', 'patch'] },
];

const RULES = { reader: READER, writer: WRITER } as const;

/**
 * Whether the role-based rules let the user do it. A create has no name yet: it passes here, and again with its name
 * once the body is read.
 */
export function isAllowed(user: User, namespace: string, wanted: Attributes): boolean {
  if (user.role === 'admin') return true;
  const resource = wanted.subresource === '' ? wanted.resource : `${wanted.resource}/${wanted.subresource}`;
  return RULES[user.role].some(
    (rule) =>
      rule.group === wanted.group &&
      rule.resources.includes(resource) &&
      rule.verbs.includes(wanted.verb) &&
      (rule.cluster === true || wanted.namespace === namespace) &&
      isNamed(rule, wanted),
  );
}

function isNamed(rule: Rule, wanted: Attributes): boolean {
  if (!rule.names) return true;
  return wanted.name === '' ? wanted.verb === 'create' : rule.names.test(wanted.name);
}

/** The API server's words for a refusal. */
export function refusal(user: User, wanted: Attributes): string {
  const resource = wanted.subresource === '' ? wanted.resource : `${wanted.resource}/${wanted.subresource}`;
  const scope = wanted.namespace === '' ? 'at the cluster scope' : `in the namespace "${wanted.namespace}"`;
  return `User "${user.name}" cannot ${wanted.verb} resource "${resource}" in API group "${wanted.group}" ${scope}`;
}
