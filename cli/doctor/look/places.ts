import type { ApiServer } from '#platform/http/api-server.ts';
import type { CollectConfig } from '../../../functions/collect-metrics/config.ts';
import { findGatewayMetrics } from '../../observe/gateway-metrics.ts';
import { passwordFile } from '../../up/addresses.ts';
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

const LOCAL_GATEWAY = 'http://127.0.0.1:8080';
const LOCAL_GATEWAY_METRICS = 'http://127.0.0.1:8082/metrics';

/** Where OpenFaaS itself is: in the namespace of the gateway that collect-metrics calls. */
export const openFaaSNamespace = (config: Config): string =>
  serviceIn(config?.OPENFAAS_URL ?? '')?.service.namespace ?? 'openfaas';

/** An address of the gateway that is asked directly; null where it is asked through the API server. */
const gatewayAddress = ({ flags, directory }: Place): string | null =>
  flags.gateway ?? (directory === null ? null : LOCAL_GATEWAY);

/** As whom to ask the gateway; null where there is no password, or no address to send it to. Throws `request-invalid`. */
export function findLoginThere(place: Place): Login | null {
  const url = gatewayAddress(place);
  const { flags, directory } = place;
  if (url === null) return null;
  return findLogin(url, flags.passwordFile, directory === null ? null : passwordFile(directory), process.env);
}

/** The gateway and its metrics: as named, else as collect-metrics reaches them, else where OpenFaaS has them. */
export async function findGateway(
  place: Place,
  config: Config,
): Promise<{ readonly endpoint: Endpoint; readonly metrics: Endpoint }> {
  const url = gatewayAddress(place);
  const inside = config?.OPENFAAS_URL ?? `http://gateway.${openFaaSNamespace(config)}.svc:8080`;
  return {
    endpoint: url === null ? endpointOf(inside, place.server) : addressEndpoint(url),
    metrics: await findMetrics(place, config),
  };
}

async function findMetrics({ server, flags, directory, signal }: Place, config: Config): Promise<Endpoint> {
  const named = flags.gatewayMetrics ?? config?.GATEWAY_METRICS_URL;
  if (named !== undefined) return endpointOf(named, server);
  if (directory !== null) return addressEndpoint(LOCAL_GATEWAY_METRICS);
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
