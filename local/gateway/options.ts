import type { Logger } from 'pino';
import type { Namespaces } from '../namespaces/namespaces.ts';
import type { QueueOptions } from '../queue/queue.ts';
import type { Credentials } from '../secrets/credentials.ts';
import type { SecretStore } from '../secrets/store.ts';
import type { LocalWorkloads } from '../workloads/model.ts';

export interface GatewayOptions {
  readonly workloads: LocalWorkloads;
  readonly secrets: SecretStore;
  readonly namespaces: Namespaces;
  readonly credentials: Pick<Credentials, 'user' | 'password'>;
  readonly log: Logger;
  /** 0 takes a free one. @default 8080, as faas-cli's */
  readonly port?: number;
  /** 0 takes a free one. @default 8082 */
  readonly metricsPort?: number;
  /** @default '127.0.0.1' */
  readonly host?: string;
  /** Unix ms. @default Date.now */
  readonly now?: () => number;
  /** How long a call waits for a ready replica. @default 20 000 */
  readonly replicaWaitMs?: number;
  /** How long a call may take once a replica has it. @default 65 000, the chart's upstream_timeout */
  readonly upstreamTimeoutMs?: number;
  readonly queue?: Partial<Pick<QueueOptions, 'concurrency' | 'capacityBytes' | 'drainMs' | 'callTimeoutMs'>>;
  readonly version?: { readonly release: string; readonly sha: string };
}

/** Options with their defaults in place. */
export type GatewaySettings = Required<GatewayOptions>;

const DEFAULTS = {
  port: 8080,
  metricsPort: 8082,
  host: '127.0.0.1',
  now: Date.now,
  replicaWaitMs: 20_000,
  upstreamTimeoutMs: 65_000,
  queue: {},
  version: { release: 'dev', sha: 'local' },
};

export function settle(options: GatewayOptions): GatewaySettings {
  return Object.freeze({ ...DEFAULTS, ...options });
}
