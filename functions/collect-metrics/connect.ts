import type { CollectOptions, CollectPorts } from '#core/chain/collect.ts';
import { createAsyncCarrier } from '#platform/carriers/async-carrier.ts';
import { createSyncCarrier, type Route } from '#platform/carriers/sync-carrier.ts';
import { createGatewayClient } from '#platform/gateway/client.ts';
import { connectKubernetes } from '#platform/kubernetes/connect.ts';
import { createCycleStore } from '#platform/kubernetes/cycle-store.ts';
import { readIdentity } from '#platform/kubernetes/identity.ts';
import { createKubernetesWorkloads } from '#platform/kubernetes/workloads.ts';
import { readSecret } from '#platform/secrets/read-secret.ts';
import { createSigner, type Signer } from '#platform/signatures/signer.ts';
import { createSource, type RunningSource } from '#platform/sources/configured-source.ts';
import type { FunctionLog } from '#template/types.ts';
import type { CollectConfig } from './config.ts';

export interface Connected {
  readonly ports: CollectPorts;
  readonly options: CollectOptions;
  readonly source: RunningSource;
  readonly signer: Signer;
}

const STEP_MS = 15_000;
/** One hour of history: what FORECAST.md's forecasters were measured on. */
const STEPS = 240;
/** DESIGN §5: sizing's cadence of 60 s, and 15 s until a decision is in force. */
const HORIZON_MS = 75_000;
/** Half of what predict-resources accepts; NATS carries 1 MB, base64 of the body included. */
const SHARD_BYTES = { sync: 4_000_000, async: 500_000 } as const;

/** The reader's connections. Throws `identity-missing`, `secret-missing`, `key-invalid`, `configuration-invalid`. */
export function connect(config: Readonly<CollectConfig>, log: FunctionLog): Connected {
  const identity = readIdentity(config.SECRETS_PATH);
  const server = { host: config.KUBERNETES_SERVICE_HOST, port: config.KUBERNETES_SERVICE_PORT };
  const connection = connectKubernetes({ ...server, ...identity, namespace: config.FUNCTION_NAMESPACE });
  const workloads = createKubernetesWorkloads(connection);
  const signer = createSigner(readSecret(config.SECRETS_PATH, 'foresize-key'));
  const source = createSource(config, { identity, address: connection.address, workloads, log });
  const gateway = createGatewayClient({ url: config.OPENFAAS_URL });
  const route: Route = { gateway, namespace: config.FUNCTION_NAMESPACE, signer, clock: Date.now };
  const carrier =
    config.CHAIN === 'async' ? createAsyncCarrier(route, config.OPENFAAS_URL) : createSyncCarrier(route);
  const options = {
    installation: config.INSTALLATION,
    periodMs: config.CYCLE_PERIOD,
    stepMs: STEP_MS,
    steps: STEPS,
    horizonMs: HORIZON_MS,
    shardBytes: SHARD_BYTES[config.CHAIN],
    parallel: config.PARALLEL_SHARDS,
  };
  const cycles = createCycleStore(connection, config.CYCLE_PERIOD);
  return { ports: { clock: Date.now, cycles, source, workloads, carrier }, options, source, signer };
}
