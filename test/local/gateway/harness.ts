import { mkdtempSync, rmSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createGateway, type Gateway, type GatewayOptions } from '../../../local/gateway/gateway.ts';
import { createNamespaces } from '../../../local/namespaces/namespaces.ts';
import { createSecretStore } from '../../../local/secrets/file-store.ts';
import type { SecretStore } from '../../../local/secrets/store.ts';
import { createMemoryWorkloads, type MemoryWorkloads } from '../../support/memory-workloads.ts';
import { SILENT_LOG } from '../../support/silent-log.ts';

/** A gateway over functions that are HTTP servers of the test. */
export interface Harness {
  readonly gateway: Gateway;
  readonly workloads: MemoryWorkloads;
  readonly secrets: SecretStore;
  /** `/system/…` with the password; a body goes as JSON. */
  system(method: string, path: string, body?: unknown): Promise<Response>;
  call(path: string, init?: RequestInit): Promise<Response>;
  metrics(): Promise<string>;
  stop(): Promise<void>;
}

export const CREDENTIALS = { user: 'admin', password: 'open sesame' };

export async function startHarness(
  images: Readonly<Record<string, RequestListener>>,
  options: Partial<GatewayOptions> = {},
): Promise<Harness> {
  const directory = mkdtempSync(join(tmpdir(), 'foresize-gateway-'));
  const secrets = createSecretStore(join(directory, 'secrets'));
  const workloads = await createMemoryWorkloads(images, (namespace, name) => secrets.has(namespace, name));
  const cleanUp = async (): Promise<void> => {
    await workloads.stop();
    rmSync(directory, { recursive: true });
  };
  const gateway = await createGateway({
    workloads,
    secrets,
    namespaces: createNamespaces(),
    credentials: CREDENTIALS,
    log: SILENT_LOG,
    port: 0,
    metricsPort: 0,
    version: { release: '1.2.3', sha: 'abc' },
    ...options,
  }).catch(async (error: unknown) => {
    await cleanUp();
    throw error;
  });
  const token = Buffer.from(`${CREDENTIALS.user}:${CREDENTIALS.password}`).toString('base64');
  return {
    gateway,
    workloads,
    secrets,
    system: (method, path, body) =>
      fetch(`${gateway.url}/system${path}`, {
        method,
        headers: { authorization: `Basic ${token}` },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      }),
    call: (path, init) => fetch(`${gateway.url}${path}`, init),
    metrics: async () => (await fetch(gateway.metricsUrl)).text(),
    async stop() {
      await gateway.close();
      await cleanUp();
    },
  };
}

/** A deploy body as faas-cli sends it. */
export function deployBody(service: string, image: string, more: Record<string, unknown> = {}): object {
  return { service, image, envProcess: '', labels: {}, annotations: {}, ...more };
}
