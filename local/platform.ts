import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import getPort from 'get-port';
import type { Logger } from 'pino';
import { createCron, type RefusedSchedule } from './cron/cron.ts';
import { createGateway, type Gateway } from './gateway/gateway.ts';
import { requireFreePort } from './gateway/listen.ts';
import type { ImageStore } from './images/image.ts';
import { createKubernetesApi, type KubernetesApi } from './kubernetes/api.ts';
import type { LocalService } from './kubernetes/objects/service.ts';
import { createNamespaces } from './namespaces/namespaces.ts';
import type { ProbeSettings } from './processes/probe.ts';
import { prometheusConfig } from './prometheus-config.ts';
import { type Credentials, loadCredentials } from './secrets/credentials.ts';
import { createSecretStore } from './secrets/file-store.ts';
import { writePrivateFile } from './secrets/private-file.ts';
import type { SecretStore } from './secrets/store.ts';
import { createWorkloads } from './workloads/create-workloads.ts';
import type { LocalWorkloads } from './workloads/model.ts';

export interface PlatformOptions {
  /** Private directory: password, certificate, tokens, secrets, ConfigMaps, list of processes. */
  readonly directory: string;
  readonly images: ImageStore;
  readonly log: Logger;
  /** 0 takes a free one. @default 8080 */
  readonly port?: number;
  /** 0 takes a free one. @default 8082 */
  readonly metricsPort?: number;
  /** @default 'openfaas-fn' */
  readonly namespace?: string;
  /** A lesser enforcement of limits than the machine allows. */
  readonly enforcement?: 'emulated' | 'none' | undefined;
  /** Where they differ from OpenFaaS's. */
  readonly probes?: Partial<ProbeSettings>;
  /** Called for each schedule annotation that the cron-connector would drop without a word. */
  readonly onRefusedSchedule?: (refused: RefusedSchedule) => void;
}

/** A running local OpenFaaS. */
export interface Platform {
  readonly namespace: string;
  /** Unix ms at which it was up. */
  readonly startedAtMs: number;
  readonly gatewayUrl: string;
  readonly metricsUrl: string;
  /** For a Prometheus beside it: `prometheus --config.file=PATH`. */
  readonly prometheusConfigPath: string;
  readonly kubernetes: KubernetesApi;
  readonly credentials: Credentials;
  readonly secrets: SecretStore;
  readonly workloads: LocalWorkloads;
  /** Ends everything it started. */
  stop(): Promise<void>;
}

/**
 * Brings up gateway, queue, cron, Kubernetes API and workloads on loopback, with the suite's key and identities.
 * Throws `port-in-use`, `platform-running`; whatever was started by then is ended.
 */
export async function startPlatform(options: PlatformOptions): Promise<Platform> {
  const { directory, log, namespace = 'openfaas-fn' } = options;
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const started = createStack();
  try {
    const secrets = createSecretStore(join(directory, 'secrets'));
    const kubernetesPort = await getPort({ host: LOOPBACK });
    const workloads = await createWorkloads({
      images: options.images,
      secrets,
      stateDirectory: join(directory, 'workloads'),
      environment: { KUBERNETES_SERVICE_HOST: LOOPBACK, KUBERNETES_SERVICE_PORT: String(kubernetesPort) },
      enforcement: options.enforcement,
      probes: options.probes,
      log,
    });
    started.push(() => workloads.stop());
    // The directory is this platform's now; the password is made, and shown, only if it can start.
    await requireFreePort(LOOPBACK, options.port ?? GATEWAY_PORT, 'gateway');
    await requireFreePort(LOOPBACK, options.metricsPort ?? METRICS_PORT, 'metrics of the gateway');
    const credentials = loadCredentials(join(directory, 'password'));
    const services: LocalService[] = [];
    const kubernetes = await createKubernetesApi({
      workloads,
      secrets,
      directory: join(directory, 'kubernetes'),
      port: kubernetesPort,
      namespace,
      services,
      log,
    });
    started.push(() => kubernetes.close());
    provideSecrets(secrets, namespace, kubernetes);
    const gateway = await createGateway({
      workloads,
      secrets,
      namespaces: createNamespaces(namespace),
      credentials,
      log,
      port: options.port ?? GATEWAY_PORT,
      metricsPort: options.metricsPort ?? METRICS_PORT,
    });
    services.push(serviceOf(gateway));
    started.push(() => gateway.close());
    const cron = createCron({
      workloads,
      gatewayUrl: gateway.url,
      log,
      ...(options.onRefusedSchedule ? { onRefused: options.onRefusedSchedule } : {}),
    });
    started.push(() => cron.close());
    const { url: gatewayUrl, metricsUrl } = gateway;
    const prometheusConfigPath = writePrometheusConfig(directory, kubernetes, workloads.nodeName, metricsUrl);
    return {
      namespace,
      startedAtMs: Date.now(),
      gatewayUrl,
      metricsUrl,
      prometheusConfigPath,
      kubernetes,
      credentials,
      secrets,
      workloads,
      stop: () => started.unwind(),
    };
  } catch (error) {
    await started.unwind();
    throw error;
  }
}

const LOOPBACK = '127.0.0.1';
const GATEWAY_PORT = 8080;
const METRICS_PORT = 8082;

/** The gateway as a cluster has it, under the ports of the chart. */
function serviceOf({ url, metricsUrl }: Gateway): LocalService {
  return {
    namespace: 'openfaas',
    name: 'gateway',
    ports: [
      { name: 'http', port: GATEWAY_PORT, origin: url },
      { name: 'metrics', port: METRICS_PORT, origin: new URL(metricsUrl).origin },
    ],
  };
}

/** What was started, ended in the opposite order, each once. */
function createStack(): { push(end: () => Promise<void>): void; unwind(): Promise<void> } {
  const ends: (() => Promise<void>)[] = [];
  return {
    push: (end) => {
      ends.push(end);
    },
    async unwind() {
      for (let end = ends.pop(); end; end = ends.pop()) await end();
    },
  };
}

/** The key of the chain, made once, and the identities' tokens as they are now. */
function provideSecrets(secrets: SecretStore, namespace: string, { identities }: KubernetesApi): void {
  if (!secrets.has(namespace, 'foresize-key')) {
    const key = Buffer.from(`${randomBytes(32).toString('base64')}\n`);
    secrets.create(namespace, 'foresize-key', new Map([['foresize-key', key]]));
  }
  for (const role of ['reader', 'writer'] as const) {
    const name = `foresize-${role}`;
    const { files } = identities[role];
    if (secrets.has(namespace, name)) secrets.update(namespace, name, files);
    else secrets.create(namespace, name, files);
  }
}

/** Private, since it holds the reader's token. */
function writePrometheusConfig(
  directory: string,
  { url: kubernetesUrl, caPem, identities }: KubernetesApi,
  nodeName: string,
  gatewayMetricsUrl: string,
): string {
  const caFile = join(directory, 'prometheus-ca.crt');
  const path = join(directory, 'prometheus.yml');
  const { token } = identities.reader;
  writePrivateFile(caFile, Buffer.from(caPem));
  const config = prometheusConfig({ kubernetesUrl, caFile, token, nodeName, gatewayMetricsUrl });
  writePrivateFile(path, Buffer.from(config));
  return path;
}
