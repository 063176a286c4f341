import type { CollectConfig } from '../../functions/collect-metrics/config.ts';
import type { Role } from './facts.ts';

/** Those of the suite, and that of every other function. */
export type AccountKind = Role | 'default';

/** Something that an account may or may not do. */
export interface Right {
  readonly verb: string;
  /** With its subresource: `pods/resize`. */
  readonly resource: string;
  readonly group?: string;
  readonly name?: string;
  /** In the functions' namespace, in another one, or of the cluster as a whole. @default here */
  readonly scope?: 'elsewhere' | 'cluster';
}

/** `patch pods/resize`, `list nodes`, `list pods in other namespaces` */
export function rightText({ verb, resource, group, name, scope }: Right): string {
  const what = group === undefined || group === '*' ? resource : `${resource}.${group}`;
  const where = scope === 'elsewhere' ? ' in other namespaces' : '';
  return `${verb} ${what}${name === undefined ? '' : ` ${name}`}${where}`;
}

export type Source = CollectConfig['METRICS_SOURCE'];

const pods = { resource: 'pods' };
const configMap = (verb: string, name: string): Right => ({ verb, resource: 'configmaps', name });

const BOTH: readonly Right[] = [
  { verb: 'list', ...pods },
  { verb: 'list', resource: 'deployments', group: 'apps' },
  { verb: 'list', resource: 'nodes', scope: 'cluster' },
];

const KUBELETS: Right = { verb: 'get', resource: 'nodes/proxy', scope: 'cluster' };

const READERS_BY_SOURCE: Readonly<Record<Source, readonly Right[]>> = {
  scrape: [KUBELETS],
  prometheus: [],
  'metrics-api': [{ verb: 'list', ...pods, group: 'metrics.k8s.io' }],
};

const WRITERS: readonly Right[] = [
  { verb: 'list', resource: 'limitranges' },
  { verb: 'list', resource: 'resourcequotas' },
  { verb: 'list', resource: 'horizontalpodautoscalers', group: 'autoscaling' },
  { verb: 'get', ...pods },
  { verb: 'patch', resource: 'pods/resize' },
  { verb: 'create', resource: 'configmaps' },
  configMap('get', 'foresize-state-suite'),
  configMap('update', 'foresize-state-suite'),
  configMap('get', 'foresize-state-0'),
  configMap('update', 'foresize-state-0'),
  configMap('get', 'foresize-kill-switch'),
  { verb: 'create', resource: 'events' },
];

/** What a role must be able to do (deploy/, rbac-reader.yaml and rbac-writer.yaml). */
export function neededRights(role: Role, source: Source): readonly Right[] {
  if (role === 'writer') return [...BOTH, ...WRITERS];
  const cycle = [configMap('get', 'foresize-cycle'), configMap('update', 'foresize-cycle')];
  return [...BOTH, ...cycle, ...READERS_BY_SOURCE[source]];
}

/** Those with which a function could take the cluster, its secrets, or Foresize over. */
const FOR_NOBODY: readonly Right[] = [
  { verb: '*', resource: '*', group: '*', scope: 'cluster' },
  { verb: 'get', resource: 'secrets' },
  { verb: 'list', resource: 'secrets' },
  { verb: 'list', resource: 'secrets', scope: 'elsewhere' },
  { verb: 'create', ...pods },
  { verb: 'patch', ...pods },
  { verb: 'delete', ...pods },
  { verb: 'create', resource: 'pods/exec' },
  { verb: 'patch', resource: 'deployments', group: 'apps' },
  { verb: 'create', resource: 'serviceaccounts/token' },
  { verb: 'patch', resource: 'nodes', scope: 'cluster' },
  { verb: 'patch', resource: 'pods/resize', scope: 'elsewhere' },
  configMap('update', 'foresize-kill-switch'),
];

/** What an account should not be able to do. */
export function excessiveRights(account: AccountKind, source: Source): readonly Right[] {
  if (account === 'writer') return [...FOR_NOBODY, KUBELETS];
  const writing: readonly Right[] = [
    { verb: 'patch', resource: 'pods/resize' },
    configMap('update', 'foresize-state-0'),
  ];
  if (account === 'default')
    return [...FOR_NOBODY, ...writing, KUBELETS, configMap('update', 'foresize-cycle')];
  return [...FOR_NOBODY, ...writing, ...(source === 'scrape' ? [] : [KUBELETS])];
}

/** All that is asked about an account. */
export const rightsToAsk = (account: AccountKind, source: Source): readonly Right[] => [
  ...(account === 'default' ? [] : neededRights(account, source)),
  ...excessiveRights(account, source),
];
