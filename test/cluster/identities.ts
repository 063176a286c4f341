import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  KubernetesObjectApi,
  loadAllYaml,
  loadYaml,
  type KubernetesObject,
  type V1Secret,
} from '@kubernetes/client-node';
import { eventually } from '../support/eventually.ts';
import { repository } from '../template/shrink-wrap.ts';
import type { Cluster } from './cluster.ts';

/** The keys of each secret that the suite names, as its files are mounted. */
export const SECRET_KEYS = {
  'foresize-key': ['foresize-key'],
  'foresize-reader': ['token', 'ca.crt', 'namespace'],
  'foresize-writer': ['token', 'ca.crt', 'namespace'],
} as const;

/**
 * Applies deploy/manifests/foresize.yaml to a namespace of its own: service accounts, rights, tokens and ConfigMaps.
 * The network policies stay out, since they name
 * the gateway of a real OpenFaaS, and so does what goes into its namespace. Returns the names of what is cluster-wide.
 */
export async function installIdentities(cluster: Cluster, namespace: string): Promise<readonly string[]> {
  const api = KubernetesObjectApi.makeApiClient(cluster.config);
  const objects = foresizeObjects(namespace).filter(
    ({ kind, metadata }) => kind !== 'NetworkPolicy' && [undefined, namespace].includes(metadata?.namespace),
  );
  for (const object of objects) await api.create(object);
  await cluster.core.createNamespacedSecret({
    namespace,
    body: loadYaml<V1Secret>(
      JSON.stringify({ metadata: { name: 'foresize-key' }, stringData: { 'foresize-key': newKey() } }),
    ),
  });
  await tokenOf(cluster, namespace, 'foresize-reader');
  await tokenOf(cluster, namespace, 'foresize-writer');
  return objects.flatMap(({ kind, metadata }) =>
    kind === 'ClusterRole' || kind === 'ClusterRoleBinding' ? [metadata?.name ?? ''] : [],
  );
}

function foresizeObjects(namespace: string): KubernetesObject[] {
  const text = readFileSync(join(repository, 'deploy/manifests/foresize.yaml'), 'utf8');
  // The client types YAML as unknown to it; creating refuses what is no object.
  return loadAllYaml(text.replaceAll('openfaas-fn', namespace)) as KubernetesObject[];
}

const newKey = (): string => randomBytes(32).toString('base64');

export async function removeIdentities({ rbac }: Cluster, names: readonly string[]): Promise<void> {
  for (const name of new Set(names)) {
    await rbac.deleteClusterRoleBinding({ name });
    await rbac.deleteClusterRole({ name });
  }
}

/** The token that the controller puts into a secret of a service account. */
export function tokenOf({ core }: Cluster, namespace: string, name: string): Promise<string> {
  return eventually(
    async () => {
      const { data } = await core.readNamespacedSecret({ name, namespace });
      return data?.token === undefined ? undefined : Buffer.from(data.token, 'base64').toString('utf8');
    },
    { timeoutMs: 30_000, everyMs: 200 },
  );
}
