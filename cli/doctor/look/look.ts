import { dirname } from 'node:path';
import { ForesizeError } from '#core/errors/error.ts';
import { openCluster } from '#platform/kubernetes/cluster-access.ts';
import type { KubernetesConnection } from '#platform/kubernetes/connect.ts';
import { createKubernetesWorkloads } from '#platform/kubernetes/workloads.ts';
import type { ShareProgress } from '../../live/share-progress.ts';
import { isLocal, kubeconfigOf, placeOf } from '../../observe/target.ts';
import type { ClusterFlags } from '../../observe/target-options.ts';
import type { Facts } from '../facts.ts';
import { see, valueIn } from '../seen.ts';
import { suiteOf } from '../suite.ts';
import { lookAtChain } from './chain.ts';
import { lookAtCluster } from './cluster.ts';
import { lookAtComponents, lookAtDeployments, lookAtLocalFunctions } from './deployed.ts';
import { lookAtGateway } from './gateway.ts';
import { lookAtIdentities } from './identities.ts';
import { lookAtKubelets } from './kubelets.ts';
import { lookAtMetricsApi } from './metrics-api.ts';
import { findGateway, findLoginThere, gatewayAddress, openFaaSNamespace, type Place } from './places.ts';
import { lookAtAnyPrometheus } from './prometheus.ts';

export interface LookFlags extends ClusterFlags {
  readonly local?: string | true;
  readonly gateway?: string;
  readonly passwordFile?: string;
  readonly gatewayMetrics?: string;
  readonly prometheus?: string;
}

/**
 * Looks at everything once, and changes nothing. What cannot be read is kept with the reason. Throws `kubeconfig-unusable`,
 * `request-invalid`, and `http-failed` or `kubernetes-refused` where the API server itself cannot be asked.
 */
export async function look(
  flags: LookFlags,
  show: ShareProgress['show'],
  signal: AbortSignal,
): Promise<Facts> {
  const kubeconfig = kubeconfigOf(flags);
  const access = await openCluster({ path: kubeconfig, context: flags.context, namespace: flags.namespace });
  const { connection, server } = access;
  const directory = isLocal(access) ? dirname(dirname(kubeconfig)) : null;
  try {
    const target = placeOf(access, flags.namespace);
    return await lookAt({ flags, server, directory, signal }, { connection, target, show });
  } finally {
    connection.close();
  }
}

interface Around {
  readonly connection: KubernetesConnection;
  readonly target: string;
  readonly show: ShareProgress['show'];
}

async function lookAt(place: Place, { connection, target, show }: Around): Promise<Facts> {
  const { server, signal } = place;
  const { namespace } = place.flags;
  const isOnCluster = place.directory === null;
  const workloads = createKubernetesWorkloads(connection);
  show(0, 'the API server');
  const cluster = await lookAtCluster(connection, server, workloads, signal).catch((error: unknown) => {
    throw isOnCluster ? error : withAdvice(error);
  });
  show(0.2, 'the functions');
  const atMs = Date.now();
  const url = await gatewayAddress(place);
  const login = findLoginThere(place, url);
  const [live, deployed] = await Promise.all([
    see(signal, () => workloads.functions(signal)),
    isOnCluster ? lookAtDeployments(connection, signal) : lookAtLocalFunctions(login, signal),
  ]);
  const config = suiteOf({ live, deployed }).collect.config;
  show(0.4, 'gateway, metrics, identities and the chain');
  const { endpoint, metrics } = await findGateway(place, config, url);
  const source = config?.METRICS_SOURCE ?? 'scrape';
  const [gateway, kubelets, metricsApi, prometheus, identities, chain, components] = await Promise.all([
    lookAtGateway(endpoint, metrics, login, signal),
    lookAtKubelets(server, valueIn(cluster.nodes) ?? [], signal),
    lookAtMetricsApi(server, namespace, signal),
    lookAtAnyPrometheus(place, config),
    lookAtIdentities(connection, server, { source, hasRoles: isOnCluster }, signal),
    lookAtChain(connection, signal),
    isOnCluster ? lookAtComponents(connection, openFaaSNamespace(config), signal) : null,
  ]);
  return {
    target,
    isLocal: !isOnCluster,
    namespace,
    atMs,
    cluster,
    gateway,
    metrics: { kubelets, metricsApi, prometheus },
    identities,
    live,
    deployed,
    chain,
    components,
  };
}

/** Its address is not the reason: a platform that has ended leaves its kubeconfig. */
function withAdvice(error: unknown): unknown {
  if (!(error instanceof ForesizeError) || error.code !== 'http-failed') return error;
  return new ForesizeError('http-failed', `the local platform does not run (foresize up): ${error.message}`);
}
