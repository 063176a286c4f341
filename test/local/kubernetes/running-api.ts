import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  connectKubernetes,
  type KubernetesAddress,
  type KubernetesConnection,
} from '#platform/kubernetes/connect.ts';
import {
  createKubernetesApi,
  type KubernetesApi,
  type KubernetesApiOptions,
} from '../../../local/kubernetes/api.ts';
import { deploymentOf, podOf, WorkloadsInMemory } from './workloads-in-memory.ts';

export interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly text: string;
  /** The body as JSON, undefined where it is none. */
  readonly body: unknown;
}

export interface Call {
  readonly token?: string | null;
  readonly contentType?: string;
  readonly accept?: string;
  readonly body?: unknown;
  /** Sent as it is. */
  readonly raw?: string | Buffer;
}

/** An API on a free port with one function, `qrcode`, and its pod. */
export interface RunningApi {
  readonly api: KubernetesApi;
  readonly workloads: WorkloadsInMemory;
  readonly directory: string;
  readonly podPath: string;
  call(method: string, path: string, options?: Call): Promise<Answer>;
  close(): Promise<void>;
}

/** A connection to it, by default as the writer. */
export function connectTo(
  { api }: RunningApi,
  changes: Partial<KubernetesAddress> = {},
): KubernetesConnection {
  const { host, port, caPem, identities } = api;
  const { token } = identities.writer;
  return connectKubernetes({ host, port, caPem, token, namespace: 'openfaas-fn', ...changes });
}

export async function startApi(options: Partial<KubernetesApiOptions> = {}): Promise<RunningApi> {
  const workloads = new WorkloadsInMemory();
  const qrcode = deploymentOf('qrcode');
  const pod = podOf(qrcode);
  workloads.add(qrcode, pod);
  const directory = options.directory ?? mkdtempSync(join(tmpdir(), 'foresize-kubernetes-'));
  const api = await createKubernetesApi({ workloads, directory, ...options });
  const agent = new Agent({ keepAlive: true, maxSockets: 10 });
  return {
    api,
    workloads,
    directory,
    podPath: `/api/v1/namespaces/openfaas-fn/pods/${pod.name}`,
    call: (method, path, call = {}) => send(api, agent, method, path, call),
    close: async () => {
      agent.destroy();
      await api.close();
      if (options.directory === undefined) rmSync(directory, { recursive: true });
    },
  };
}

function send(api: KubernetesApi, agent: Agent, method: string, path: string, call: Call): Promise<Answer> {
  const token = call.token === undefined ? api.identities.admin.token : call.token;
  const payload = call.raw ?? (call.body === undefined ? undefined : JSON.stringify(call.body));
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        host: api.host,
        port: api.port,
        method,
        path,
        ca: api.caPem,
        agent,
        headers: {
          ...(token !== null && { authorization: `Bearer ${token}` }),
          ...(call.accept !== undefined && { accept: call.accept }),
          ...(payload !== undefined && { 'content-type': call.contentType ?? 'application/json' }),
          ...(payload !== undefined && { 'content-length': Buffer.byteLength(payload) }),
        },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString();
          resolve({
            status: response.statusCode ?? 0,
            contentType: response.headers['content-type'] ?? '',
            text,
            body: parse(text),
          });
        });
        response.on('error', reject);
      },
    );
    outgoing.on('error', reject);
    outgoing.end(payload);
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
