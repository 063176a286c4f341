import type { RequestOptions } from 'node:https';
import { KubeConfig } from '@kubernetes/client-node';
import { ForesizeError } from '#core/errors/error.ts';
import type { Tls } from '../http/agent.ts';
import type { ApiServer } from '../http/api-server.ts';
import { connectKubernetes, type KubernetesConnection } from './connect.ts';

/** What a kubeconfig gives access to. */
export interface ClusterAccess {
  /** Of the context, for people. */
  readonly name: string;
  readonly connection: KubernetesConnection;
  readonly server: ApiServer;
}

export interface AccessOptions {
  readonly path: string;
  /** @default the kubeconfig's current one */
  readonly context?: string | undefined;
  readonly namespace: string;
}

/**
 * Access as a context of a kubeconfig says, by whatever it names: token, client certificate, exec plugin. Tokens of
 * plugins are renewed by the client as they expire. Throws `kubeconfig-unusable` for a file that cannot be used, naming
 * it, and for a plugin that fails.
 */
export async function openCluster({ path, context, namespace }: AccessOptions): Promise<ClusterAccess> {
  const config = loadConfig(path, context);
  const cluster = config.getCurrentCluster();
  if (!cluster) throw missing(path, 'its context names no cluster');
  const server = parseServer(cluster.server, path);
  const options = await optionsOf(config, path);
  const tls = tlsOf(options);
  const headers = async (): Promise<Readonly<Record<string, string>>> =>
    headersOf(await optionsOf(config, path));
  const connection = connectKubernetes({
    host: server.hostname.replace(/^\[|\]$/g, ''),
    port: Number(server.port || 443),
    basePath: server.pathname.replace(/\/+$/, ''),
    tls,
    headers,
    namespace,
  });
  return {
    name: config.getCurrentContext(),
    connection,
    server: { url: connection.address, tls, headers },
  };
}

function loadConfig(path: string, context: string | undefined): KubeConfig {
  const config = new KubeConfig();
  try {
    config.loadFromFile(path);
  } catch (cause) {
    throw missing(path, cause instanceof Error ? cause.message : String(cause));
  }
  if (context === undefined) return config;
  if (!config.getContextObject(context)) throw missing(path, `it has no context ${context}`);
  config.setCurrentContext(context);
  return config;
}

function parseServer(text: string, path: string): URL {
  if (!URL.canParse(text) || !text.startsWith('https:'))
    throw missing(path, `its server ${JSON.stringify(text)} is no https address`);
  return new URL(text);
}

async function optionsOf(config: KubeConfig, path: string): Promise<RequestOptions> {
  const options: RequestOptions = {};
  try {
    await config.applyToHTTPSOptions(options);
  } catch (cause) {
    throw missing(path, cause instanceof Error ? cause.message : String(cause));
  }
  return options;
}

function tlsOf({ ca, cert, key, servername, rejectUnauthorized }: RequestOptions): Tls {
  const pem = (name: string, value: unknown): Readonly<Record<string, string>> =>
    typeof value === 'string' || Buffer.isBuffer(value) ? { [name]: value.toString() } : {};
  return {
    ...pem('ca', ca),
    ...pem('cert', cert),
    ...pem('key', key),
    ...(servername === undefined ? {} : { servername }),
    ...(rejectUnauthorized === undefined ? {} : { rejectUnauthorized }),
  };
}

function headersOf({ headers, auth }: RequestOptions): Readonly<Record<string, string>> {
  const given = Array.isArray(headers) ? [] : Object.entries(headers ?? {});
  const texts = given.flatMap(([name, value]) => (typeof value === 'string' ? [[name, value] as const] : []));
  const basic =
    auth == null ? [] : [['Authorization', `Basic ${Buffer.from(auth).toString('base64')}`] as const];
  return Object.fromEntries([...basic, ...texts]);
}

function missing(path: string, why: string): ForesizeError {
  return new ForesizeError('kubeconfig-unusable', `the kubeconfig ${path} cannot be used: ${why}`);
}
