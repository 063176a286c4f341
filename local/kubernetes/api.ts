import { createServer } from 'node:https';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { closeServer, listen, urlOf } from '../gateway/listen.ts';
import type { SecretStore } from '../secrets/store.ts';
import type { LocalWorkloads } from '../workloads/model.ts';
import { ensureCertificate } from './certificate.ts';
import type { ApiContext } from './context.ts';
import { createAuthenticator, ensureTokens } from './identities.ts';
import { renderKubeconfig } from './kubeconfig.ts';
import { makePrivateDirectory, writePrivateFile } from './private-files.ts';
import type { LocalService } from './objects/service.ts';
import { ResourceVersions } from './resource-versions.ts';
import type { Resource } from './resource.ts';
import { clusterResources } from './resources/cluster.ts';
import { configMapResources } from './resources/config-maps.ts';
import { eventResources } from './resources/events.ts';
import { metricsResources } from './resources/metrics.ts';
import { podResources } from './resources/pods.ts';
import { secretResources } from './resources/secrets.ts';
import { serviceResources } from './resources/services.ts';
import { createRequestListener } from './server.ts';
import { UsageWindow } from './usage-window.ts';

/** How often counters are looked at for metrics.k8s.io; requests look too. */
const OBSERVE_MS = 2_000;

export interface KubernetesApiOptions {
  readonly workloads: LocalWorkloads;
  /** For certificates, keys, tokens and ConfigMaps; made private to its owner. */
  readonly directory: string;
  /** Shown to the administrator, if given. */
  readonly secrets?: SecretStore;
  /** @default 0, a free port */
  readonly port?: number;
  /** @default 127.0.0.1 */
  readonly host?: string;
  /** Where the functions are. @default openfaas-fn */
  readonly namespace?: string;
  /** What the platform serves beside functions; may grow. @default none */
  readonly services?: readonly LocalService[];
  readonly log?: Pick<Logger, 'warn' | 'error'>;
  /** Unix ms. @default Date.now */
  readonly clock?: () => number;
}

/** A service account: its token, and the files of a Secret that carries it, as a kubelet mounts them. */
export interface ServiceAccount {
  readonly token: string;
  /** `token`, `ca.crt` and `namespace`. */
  readonly files: ReadonlyMap<string, Uint8Array>;
}

export interface KubernetesApi {
  /** `https://127.0.0.1:PORT` */
  readonly url: string;
  readonly host: string;
  readonly port: number;
  readonly caPem: string;
  readonly kubeconfigPath: string;
  readonly identities: {
    readonly admin: { readonly token: string };
    readonly reader: ServiceAccount;
    readonly writer: ServiceAccount;
  };
  close(): Promise<void>;
}

/**
 * The part of the Kubernetes API that Foresize uses, over HTTPS, on the functions of this machine.
 * Throws `port-in-use`.
 */
export async function createKubernetesApi(options: KubernetesApiOptions): Promise<KubernetesApi> {
  const { directory, host = '127.0.0.1', namespace = 'openfaas-fn', clock = Date.now } = options;
  makePrivateDirectory(directory);
  const certificate = await ensureCertificate(directory, clock());
  const tokens = ensureTokens(directory);
  const context = createContext(options, namespace, clock());
  const closing = new AbortController();
  const listener = createRequestListener({
    resources: createResources(context),
    authenticate: createAuthenticator(tokens, namespace),
    namespace,
    address: () => new URL(urlOf(server, host)).host,
    clock,
    closing: closing.signal,
    onError: (error) => options.log?.error({ err: error }, 'the Kubernetes API failed to answer a request'),
  });
  const server = createServer(
    { key: certificate.keyPem, cert: certificate.certificatePem },
    (request, response) => {
      context.usage.observe(context.workloads.counters());
      listener(request, response);
    },
  );
  await listen(server, host, options.port ?? 0, 'Kubernetes API');
  const stop = observe(context);
  const url = urlOf(server, host).replace('http:', 'https:');
  const kubeconfigPath = join(directory, 'kubeconfig');
  writePrivateFile(kubeconfigPath, renderKubeconfig(url, certificate.caPem, tokens.admin, namespace));
  const account = (token: string): ServiceAccount => toAccount(token, certificate.caPem, namespace);
  return {
    url,
    host,
    port: Number(new URL(url).port),
    caPem: certificate.caPem,
    kubeconfigPath,
    identities: {
      admin: { token: tokens.admin },
      reader: account(tokens.reader),
      writer: account(tokens.writer),
    },
    close: async () => {
      stop();
      closing.abort();
      await closeServer(server);
    },
  };
}

function createContext(options: KubernetesApiOptions, namespace: string, nowMs: number): ApiContext {
  return {
    workloads: options.workloads,
    secrets: options.secrets,
    directory: options.directory,
    namespace,
    startedAtMs: nowMs,
    versions: new ResourceVersions(nowMs),
    usage: new UsageWindow(),
    services: options.services ?? [],
    warn: (message) => options.log?.warn(message),
  };
}

function createResources(context: ApiContext): Resource[] {
  return [
    ...podResources(context),
    ...clusterResources(context),
    ...configMapResources(context),
    ...eventResources(context),
    ...secretResources(context),
    ...serviceResources(context),
    ...metricsResources(context),
  ];
}

/** Follows the workloads until the returned function is called. */
function observe(context: ApiContext): () => void {
  const look = (): void => {
    context.usage.observe(context.workloads.counters());
  };
  look();
  const timer = setInterval(look, OBSERVE_MS).unref();
  const unsubscribe = context.workloads.subscribe((event) => {
    context.versions.observe(event);
  });
  return () => {
    clearInterval(timer);
    unsubscribe();
  };
}

function toAccount(token: string, caPem: string, namespace: string): ServiceAccount {
  const files = { token, 'ca.crt': caPem, namespace };
  return {
    token,
    files: new Map(Object.entries(files).map(([name, text]) => [name, Buffer.from(text)])),
  };
}
