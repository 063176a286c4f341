import type { KubernetesConnection } from '#platform/kubernetes/connect.ts';
import { connectByKubeconfig, defaultKubeconfig } from '#platform/kubernetes/kubeconfig.ts';

/** How a command finds its cluster. */
export interface ClusterFlags {
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly namespace: string;
}

/** Throws `identity-missing`. */
export function connectTo({ kubeconfig, context, namespace }: ClusterFlags): KubernetesConnection {
  return connectByKubeconfig(kubeconfig ?? defaultKubeconfig(process.env), namespace, context);
}

/** Warnings of what is read go to stderr. */
export const warnings = {
  warn: (fields: object, message: string): void => {
    process.stderr.write(`foresize: ${message} ${JSON.stringify(fields)}\n`);
  },
};
