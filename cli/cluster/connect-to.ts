import { openCluster } from '#platform/kubernetes/cluster-access.ts';
import type { KubernetesConnection } from '#platform/kubernetes/connect.ts';
import { defaultKubeconfig } from '#platform/kubernetes/kubeconfig.ts';
import type { ClusterFlags } from '../observe/target-options.ts';

/** Throws `kubeconfig-unusable`. */
export async function connectTo({
  kubeconfig,
  context,
  namespace,
}: ClusterFlags): Promise<KubernetesConnection> {
  const path = kubeconfig ?? defaultKubeconfig(process.env);
  return (await openCluster({ path, context, namespace })).connection;
}

/** Warnings of what is read go to stderr. */
export const warnings = {
  warn: (fields: object, message: string): void => {
    process.stderr.write(`foresize: ${message} ${JSON.stringify(fields)}\n`);
  },
};
