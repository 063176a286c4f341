import { Agent } from 'node:https';
import {
  AppsV1Api,
  AutoscalingV2Api,
  CoreV1Api,
  ServerConfiguration,
  createConfiguration,
  setHeaderOptions,
  type Configuration,
  type Middleware,
} from '@kubernetes/client-node';
import type { Tls } from '../http/agent.ts';

export interface KubernetesAddress {
  readonly host: string;
  readonly port: number;
  /** PEM of the authority that signed the API server's certificate; the system's without it. */
  readonly caPem?: string;
  /** Bearer token; without it `tls` or `headers` tell who comes. */
  readonly token?: string;
  /** What else TLS needs, as a kubeconfig may say. */
  readonly tls?: Tls;
  /** Headers of each request where they change with time. */
  readonly headers?: () => Promise<Readonly<Record<string, string>>>;
  /** Path under which the API is, as behind a proxy of many clusters. @default none */
  readonly basePath?: string;
  /** The namespace the functions are in. */
  readonly namespace: string;
  /** @default 10 000 */
  readonly requestTimeoutMs?: number;
}

/** The typed API of one cluster, over kept-alive connections. Every call is bound to a signal. */
export interface KubernetesConnection {
  /** `https://host:port`, for messages. */
  readonly address: string;
  readonly namespace: string;
  core(signal: AbortSignal): CoreV1Api;
  apps(signal: AbortSignal): AppsV1Api;
  autoscaling(signal: AbortSignal): AutoscalingV2Api;
  close(): void;
}

const DEFAULT_TIMEOUT_MS = 10_000;

/** A cluster's API over HTTPS. Nothing is sent before the first call. */
export function connectKubernetes(target: KubernetesAddress): KubernetesConnection {
  const host = target.host.includes(':') ? `[${target.host}]` : target.host;
  const address = `https://${host}:${target.port}${target.basePath ?? ''}`;
  const agent = new Agent({
    keepAlive: true,
    maxSockets: 8,
    ...target.tls,
    ...(target.caPem === undefined ? {} : { ca: target.caPem }),
  });
  const configure = (signal: AbortSignal): Configuration =>
    createConfiguration({
      baseServer: new ServerConfiguration(address, {}),
      promiseMiddleware: [prepare(agent, target, signal)],
    });
  return {
    address,
    namespace: target.namespace,
    core: (signal) => new CoreV1Api(configure(signal)),
    apps: (signal) => new AppsV1Api(configure(signal)),
    autoscaling: (signal) => new AutoscalingV2Api(configure(signal)),
    close: () => {
      agent.destroy();
    },
  };
}

/** The client's own authentication makes a new agent, hence a new TLS handshake, for each request: this keeps one. */
function prepare(agent: Agent, target: KubernetesAddress, signal: AbortSignal): Middleware {
  const timeoutMs = target.requestTimeoutMs ?? DEFAULT_TIMEOUT_MS;
  return {
    pre: async (context) => {
      context.setAgent(agent);
      context.setSignal(AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]));
      if (target.token !== undefined) context.setHeaderParam('Authorization', `Bearer ${target.token}`);
      for (const [name, value] of Object.entries((await target.headers?.()) ?? {}))
        context.setHeaderParam(name, value);
      return context;
    },
    post: (context) => Promise.resolve(context),
  };
}

/** The client patches as JSON patch unless told otherwise. */
export const STRATEGIC_MERGE = setHeaderOptions('Content-Type', 'application/strategic-merge-patch+json');
