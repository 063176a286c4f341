import type { ApiServer } from '#platform/http/api-server.ts';
import { podNames, readTextIfAny } from './read-text.ts';

/** Services of the gateway's metrics: the one of deploy/, and the gateway's own, where it has the port. */
const SERVICES = ['foresize-gateway-metrics:8082', 'gateway:8082'] as const;

/** A name that only the gateway's exposition has. */
const GATEWAY = 'gateway_';

/**
 * Path on the API server under which the gateway's metrics are read: through a service of the namespace openfaas, or
 * the gateway's pod. Null where none answers.
 */
export async function findGatewayMetrics(server: ApiServer, signal: AbortSignal): Promise<string | null> {
  const services = SERVICES.map((name) => `/api/v1/namespaces/openfaas/services/${name}/proxy/metrics`);
  for (const path of services) if (await isGateway(server, path, signal)) return path;
  const list = '/api/v1/namespaces/openfaas/pods?labelSelector=app%3Dgateway&limit=1';
  const [pod] = podNames(await read(server, list, signal));
  if (pod === undefined) return null;
  const path = `/api/v1/namespaces/openfaas/pods/${pod}:8082/proxy/metrics`;
  return (await isGateway(server, path, signal)) ? path : null;
}

async function isGateway(server: ApiServer, path: string, signal: AbortSignal): Promise<boolean> {
  return (await read(server, path, signal))?.includes(GATEWAY) === true;
}

const read = (server: ApiServer, path: string, signal: AbortSignal): Promise<string | null> =>
  readTextIfAny(server, path, { timeoutMs: 5000, signal });
