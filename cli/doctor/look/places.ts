import * as z from 'zod';
import type { ApiServer } from '#platform/http/api-server.ts';
import type { CollectConfig } from '../../../functions/collect-metrics/config.ts';
import { findGatewayMetrics } from '../../observe/gateway-metrics.ts';
import { passwordFile } from '../../up/addresses.ts';
import { see, valueIn } from '../seen.ts';
import { answerAs, ask } from './ask.ts';
import {
  addressEndpoint,
  apiServerEndpoint,
  type Endpoint,
  endpointOf,
  serviceEndpoint,
  serviceIn,
} from './endpoint.ts';
import { findLogin, type Login } from './gateway-login.ts';

/** What is looked at, as the flags name it. */
export interface Place {
  readonly flags: {
    readonly namespace: string;
    readonly gateway?: string;
    readonly passwordFile?: string;
    readonly gatewayMetrics?: string;
    readonly prometheus?: string;
  };
  readonly server: ApiServer;
  /** Of the local platform; null on a cluster. */
  readonly directory: string | null;
  readonly signal: AbortSignal;
}

/** As collect-metrics reads its environment; null where that is not shown. */
type Config = Readonly<CollectConfig> | null;

/** Where OpenFaaS itself is: in the namespace of the gateway that collect-metrics calls. */
export const openFaaSNamespace = (config: Config): string =>
  serviceIn(config?.OPENFAAS_URL ?? '')?.service.namespace ?? 'openfaas';

/** An address of the gateway that is asked directly; null where it is asked through the API server. */
export async function gatewayAddress({ flags, directory, server, signal }: Place): Promise<string | null> {
  if (flags.gateway !== undefined) return flags.gateway;
  return directory === null ? null : localGateway(server, signal);
}

/** As a cluster has it, and as `foresize up` has it unless it is told otherwise. */
const GATEWAY_PORT = 8080;

const serviceSchema = z.object({
  spec: z.object({ ports: z.array(z.object({ port: z.number(), targetPort: z.number() })) }),
});

/** The local platform tells where its gateway listens as the port behind a Service. */
async function localGateway(server: ApiServer, signal: AbortSignal): Promise<string> {
  const service = await see(signal, async () => {
    const answer = await ask(server, '/api/v1/namespaces/openfaas/services/gateway', { signal });
    return answerAs('read of the Service openfaas/gateway', serviceSchema, answer);
  });
  const behind = valueIn(service)?.spec.ports.find(({ port }) => port === GATEWAY_PORT);
  return `http://127.0.0.1:${behind?.targetPort ?? GATEWAY_PORT}`;
}

/** As whom to ask the gateway at an address; null where there is no password. Throws `request-invalid`. */
export function findLoginThere({ flags, directory }: Place, url: string | null): Login | null {
  if (url === null) return null;
  return findLogin(url, flags.passwordFile, directory === null ? null : passwordFile(directory), process.env);
}

/** The gateway and its metrics: as named, else as collect-metrics reaches them, else where OpenFaaS has them. */
export async function findGateway(
  place: Place,
  config: Config,
  url: string | null,
): Promise<{ readonly endpoint: Endpoint; readonly metrics: Endpoint }> {
  const inside = config?.OPENFAAS_URL ?? `http://gateway.${openFaaSNamespace(config)}.svc:8080`;
  return {
    endpoint: url === null ? endpointOf(inside, place.server) : addressEndpoint(url),
    metrics: await findMetrics(place, config),
  };
}

async function findMetrics({ server, flags, signal }: Place, config: Config): Promise<Endpoint> {
  const named = flags.gatewayMetrics ?? config?.GATEWAY_METRICS_URL;
  if (named !== undefined) return endpointOf(named, server);
  const path = await findGatewayMetrics(server, signal);
  if (path !== null) return apiServerEndpoint(server, path);
  return endpointOf(`http://foresize-gateway-metrics.${openFaaSNamespace(config)}.svc:8082/metrics`, server);
}

/** The Prometheus that is named, or that collect-metrics reads, else OpenFaaS' own; null on the local platform. */
export function findPrometheus({ server, flags, directory }: Place, config: Config): Endpoint | null {
  if (flags.prometheus !== undefined) return addressEndpoint(flags.prometheus);
  if (config?.METRICS_SOURCE === 'prometheus') return endpointOf(config.PROMETHEUS_URL, server);
  if (directory !== null) return null;
  return serviceEndpoint(server, { namespace: openFaaSNamespace(config), name: 'prometheus', port: 9090 });
}
