import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { KubeConfig } from '@kubernetes/client-node';
import { ForesizeError } from '#core/errors/error.ts';
import { connectKubernetes, type KubernetesConnection } from './connect.ts';

/** Where kubectl looks: the first file of KUBECONFIG, or `~/.kube/config`. */
export function defaultKubeconfig(environment: NodeJS.ProcessEnv): string {
  const [first] = (environment.KUBECONFIG ?? '').split(delimiter).filter((path) => path !== '');
  return first ?? join(homedir(), '.kube', 'config');
}

/**
 * Connects as a context of a kubeconfig says, by default its current one: by token or client certificate. For the
 * command line; functions have an identity. Throws `identity-missing` for a file that cannot be read, or has no such
 * context, or names no cluster and user.
 */
export function connectByKubeconfig(path: string, namespace: string, context?: string): KubernetesConnection {
  const { cluster, user } = readContext(path, context);
  const server = new URL(cluster.server);
  const ca = pem(cluster.caData, cluster.caFile);
  if (ca === undefined) throw missing(path, 'the cluster has no certificate authority');
  const certificate = pem(user.certData, user.certFile);
  const key = pem(user.keyData, user.keyFile);
  return connectKubernetes({
    host: server.hostname.replace(/^\[|\]$/g, ''),
    port: Number(server.port || 443),
    caPem: ca,
    namespace,
    ...(user.token === undefined ? {} : { token: user.token }),
    ...(certificate === undefined ? {} : { certificatePem: certificate }),
    ...(key === undefined ? {} : { keyPem: key }),
  });
}

function readContext(
  path: string,
  context: string | undefined,
): {
  cluster: NonNullable<ReturnType<KubeConfig['getCurrentCluster']>>;
  user: NonNullable<ReturnType<KubeConfig['getCurrentUser']>>;
} {
  const config = new KubeConfig();
  try {
    config.loadFromFile(path);
  } catch (cause) {
    throw missing(path, cause instanceof Error ? cause.message : String(cause));
  }
  if (context !== undefined) {
    if (!config.getContextObject(context)) throw missing(path, `it has no context ${context}`);
    config.setCurrentContext(context);
  }
  const cluster = config.getCurrentCluster();
  const user = config.getCurrentUser();
  if (!cluster || !user) throw missing(path, 'its context names no cluster and user');
  return { cluster, user };
}

function pem(data: string | undefined, file: string | undefined): string | undefined {
  if (data !== undefined) return Buffer.from(data, 'base64').toString('utf8');
  return file === undefined ? undefined : readFileSync(file, 'utf8');
}

function missing(path: string, why: string): ForesizeError {
  return new ForesizeError('identity-missing', `the kubeconfig ${path} cannot be used: ${why}`);
}
