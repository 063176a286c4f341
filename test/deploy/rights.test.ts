import { expect } from 'chai';
import { isAllowed, type Attributes } from '../../local/kubernetes/authorization.ts';
import { manifestText, parseManifests, permits, rulesOf } from './manifests.ts';

const NAMESPACE = 'openfaas-fn';
const VERBS = ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete', 'deletecollection'];
const RESOURCES: Readonly<Record<string, readonly string[]>> = {
  '': [
    ...[
      'pods',
      'pods/resize',
      'pods/exec',
      'pods/log',
      'pods/eviction',
      'pods/status',
      'pods/proxy',
      'pods/ephemeralcontainers',
    ],
    ...[
      'nodes',
      'nodes/proxy',
      'nodes/metrics',
      'nodes/status',
      'namespaces',
      'services',
      'services/proxy',
      'endpoints',
    ],
    ...[
      'configmaps',
      'secrets',
      'serviceaccounts',
      'serviceaccounts/token',
      'events',
      'limitranges',
      'resourcequotas',
    ],
    ...['persistentvolumes', 'persistentvolumeclaims', 'replicationcontrollers', 'bindings'],
  ],
  apps: [
    'deployments',
    'deployments/scale',
    'deployments/status',
    'replicasets',
    'statefulsets',
    'daemonsets',
  ],
  autoscaling: ['horizontalpodautoscalers', 'horizontalpodautoscalers/status'],
  batch: ['jobs', 'cronjobs'],
  'events.k8s.io': ['events'],
  'coordination.k8s.io': ['leases'],
  'metrics.k8s.io': ['pods', 'nodes'],
  'rbac.authorization.k8s.io': ['roles', 'rolebindings', 'clusterroles', 'clusterrolebindings'],
};
const NAMES = [
  ...[
    'foresize-cycle',
    'foresize-kill-switch',
    'foresize-state-suite',
    'foresize-state-0',
    'foresize-state-16',
  ],
  ...['foresize-state', 'foresize-key', 'foresize-writer', 'anything-else', ''],
];

function* requests(): Generator<Attributes> {
  for (const [group, resources] of Object.entries(RESOURCES)) {
    for (const path of resources) {
      const [resource = '', subresource = ''] = path.split('/');
      for (const verb of VERBS) {
        for (const namespace of [NAMESPACE, 'another', '']) {
          const names = resource === 'configmaps' ? NAMES : ['anything', ''];
          for (const name of names) yield { verb, group, resource, subresource, namespace, name };
        }
      }
    }
  }
}

describe('The rights that the chart grants', () => {
  const manifests = parseManifests(manifestText('foresize.yaml'));
  for (const role of ['reader', 'writer'] as const) {
    const everywhere = rulesOf(manifests, 'ClusterRole', `foresize-openfaas-fn-${role}`);
    const here = rulesOf(manifests, 'Role', `foresize-${role}`);
    const granted = (wanted: Attributes): boolean =>
      everywhere.some((rule) => permits(rule, wanted)) ||
      (wanted.namespace === NAMESPACE && here.some((rule) => permits(rule, wanted)));

    it(`are, for the ${role}, those of the local platform`, () => {
      const user = { name: `system:serviceaccount:${NAMESPACE}:foresize-${role}`, role };
      const differences = [...requests()]
        .filter((wanted) => granted(wanted) !== isAllowed(user, NAMESPACE, wanted))
        .map((wanted) => JSON.stringify(wanted));
      // Role-based rules cannot bind a create to a name; the local platform does once it has read the body.
      const unnamed = [...requests()]
        .filter(
          ({ verb, resource, namespace }) =>
            verb === 'create' && resource === 'configmaps' && namespace === NAMESPACE,
        )
        .filter(({ name }) => name !== '' && !name.startsWith('foresize-state-'))
        .map((wanted) => JSON.stringify(wanted));
      expect(differences).to.have.members(role === 'writer' ? unnamed : []);
    });

    it(`are, for the ${role}, cluster-wide for nodes only`, () => {
      const resources = everywhere.flatMap((rule) => rule.resources);
      expect(resources).to.have.members(role === 'reader' ? ['nodes', 'nodes/proxy'] : ['nodes']);
    });
  }

  it('go to the accounts whose tokens the functions mount', () => {
    const bindings = manifests.filter(({ kind }) => kind.endsWith('RoleBinding'));
    expect(bindings).to.have.length(4);
    for (const { metadata, subjects } of bindings) {
      const name = metadata.name.endsWith('reader') ? 'foresize-reader' : 'foresize-writer';
      expect(subjects).to.deep.equal([{ kind: 'ServiceAccount', name, namespace: NAMESPACE }]);
    }
  });
});
