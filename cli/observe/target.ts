import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { MetricsSource, Workloads } from '#core/chain/ports.ts';
import { ForesizeError } from '#core/errors/error.ts';
import type { ApiServer } from '#platform/http/api-server.ts';
import { type ClusterAccess, openCluster } from '#platform/kubernetes/cluster-access.ts';
import type { KubernetesConnection } from '#platform/kubernetes/connect.ts';
import { defaultKubeconfig } from '#platform/kubernetes/kubeconfig.ts';
import { createKubernetesWorkloads } from '#platform/kubernetes/workloads.ts';
import { createDeploymentWorkloads } from '#platform/kubernetes/deployment-workloads.ts';
import { createMetricsApiSource } from '#platform/sources/metrics-api.ts';
import { createPrometheusSource } from '#platform/sources/prometheus.ts';
import { type PastUse, readPrometheusPast } from '#platform/sources/prometheus-past.ts';
import { createScrapeSource } from '#platform/sources/scrape.ts';
import { findGatewayMetrics } from './gateway-metrics.ts';
import type { TargetFlags } from './target-options.ts';

/** Throws `source-unavailable`; `onProgress` is told how many of how many parts are read. */
export type ReadPast = (
  onProgress: (done: number, of: number) => void,
  signal: AbortSignal,
) => Promise<readonly PastUse[]>;

/** What is looked at: read only. */
export interface Target {
  /** For a person: `the local platform, namespace openfaas-fn`. */
  readonly name: string;
  readonly namespace: string;
  readonly connection: KubernetesConnection;
  readonly server: ApiServer;
  readonly source: MetricsSource;
  readonly workloads: Workloads;
  /** Reads what the source knows of longer ago than its window; null where it keeps no past. */
  readonly past: ReadPast | null;
  /** How long the source must be watched first, ms; 0 where it has a past. */
  readonly watchMs: number;
  /** Whether what is looked at are OpenFaaS's functions. */
  readonly isOpenFaaS: boolean;
  /** What could not be read, and what that means. */
  notes(): readonly string[];
  close(): Promise<void>;
}

/** Whether it is the local platform, by the name of the context in its kubeconfig. */
export const isLocal = ({ name }: Pick<ClusterAccess, 'name'>): boolean => name === 'foresize-local';

/** For a person: `the local platform, namespace openfaas-fn`. */
export const placeOf = (access: Pick<ClusterAccess, 'name'>, namespace: string): string =>
  `${isLocal(access) ? 'the local platform' : `cluster ${access.name}`}, namespace ${namespace}`;

/** Connects to what the flags name. Throws `kubeconfig-unusable`. */
export async function openTarget(flags: TargetFlags, signal: AbortSignal): Promise<Target> {
  const { namespace } = flags;
  const access = await openCluster({ path: kubeconfigOf(flags), context: flags.context, namespace });
  const { connection, server } = access;
  const isOpenFaaS = flags.allDeployments !== true;
  const workloads = isOpenFaaS
    ? createKubernetesWorkloads(connection)
    : createDeploymentWorkloads(connection);
  const notes: string[] = [];
  const gateway =
    isOpenFaaS && flags.source === 'scrape' ? await gatewayOf(flags, server, notes, signal) : null;
  const { source, past, stop } = sourceOf(flags, { server, workloads, gateway, notes });
  return {
    name: placeOf(access, namespace),
    namespace,
    connection,
    server,
    source,
    workloads,
    past,
    watchMs: flags.source === 'prometheus' ? 0 : flags.for,
    isOpenFaaS,
    notes: () => [...new Set(notes)],
    close: async () => {
      await stop();
      connection.close();
    },
  };
}

/** Does work on what the flags name, and closes it. Throws `kubeconfig-unusable`. */
export async function withTarget<T>(
  flags: TargetFlags,
  signal: AbortSignal,
  work: (target: Target) => Promise<T>,
): Promise<T> {
  const target = await openTarget(flags, signal);
  try {
    return await work(target);
  } finally {
    await target.close();
  }
}

/** The kubeconfig named, that of `--local`, kubectl's, or where there is none, that of a local platform. */
export function kubeconfigOf({ kubeconfig, local }: Pick<TargetFlags, 'kubeconfig' | 'local'>): string {
  if (kubeconfig !== undefined) return kubeconfig;
  const own = join(typeof local === 'string' ? local : '.foresize', 'kubernetes', 'kubeconfig');
  if (local !== undefined) return own;
  const usual = defaultKubeconfig(process.env);
  return !existsSync(usual) && existsSync(own) ? own : usual;
}

async function gatewayOf(
  { gatewayMetrics }: TargetFlags,
  server: ApiServer,
  notes: string[],
  signal: AbortSignal,
): Promise<string | null> {
  if (gatewayMetrics === 'none') return null;
  if (gatewayMetrics !== undefined) return gatewayMetrics;
  const found = await findGatewayMetrics(server, signal);
  if (found === null)
    notes.push(
      "the gateway's metrics were not found through the API server: calls are not known, and forecasts do without; --gateway-metrics URL names them",
    );
  return found;
}

interface Around {
  readonly server: ApiServer;
  readonly workloads: Workloads;
  readonly gateway: string | null;
  readonly notes: string[];
}

interface Stoppable extends Pick<Target, 'source' | 'past'> {
  readonly stop: () => Promise<void>;
}

const clock = Date.now;

function sourceOf(flags: TargetFlags, { server, workloads, gateway, notes }: Around): Stoppable {
  const common = { namespaces: [flags.namespace], clock };
  const stop = (): Promise<void> => Promise.resolve();
  if (flags.source === 'metrics-api') {
    return { source: createMetricsApiSource({ ...common, kubernetes: server }), past: null, stop };
  }
  if (flags.source === 'prometheus') {
    const url = flags.prometheus;
    if (url === undefined)
      throw new ForesizeError('source-unavailable', '--source prometheus needs --prometheus URL');
    return {
      source: createPrometheusSource({ ...common, url }),
      past: (onProgress, signal) =>
        readPrometheusPast({ ...common, url, nowMs: clock(), onProgress }, signal),
      stop,
    };
  }
  const source = createScrapeSource({
    ...common,
    kubernetes: server,
    nodes: async (signal) => (await workloads.nodes(signal)).map(({ name }) => name),
    gatewayMetricsUrl: gateway,
    onProblem: (message) => notes.push(message),
  });
  return { source, past: null, stop: () => source.stop() };
}
