import * as z from 'zod';
import { ForesizeError } from '#core/errors/error.ts';
import { apiRequest, type ApiServer } from '#platform/http/api-server.ts';
import { httpRequest } from '#platform/http/request.ts';

/** Services of the gateway's metrics: the one of deploy/, and the gateway's own, where it has the port. */
const SERVICES = ['foresize-gateway-metrics:8082', 'gateway:8082'] as const;

const podsSchema = z.object({ items: z.array(z.object({ metadata: z.object({ name: z.string() }) })) });

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
  const pods = podsSchema.safeParse(parsed(await read(server, list, signal)));
  const [pod] = pods.success ? pods.data.items : [];
  if (pod === undefined) return null;
  const path = `/api/v1/namespaces/openfaas/pods/${pod.metadata.name}:8082/proxy/metrics`;
  return (await isGateway(server, path, signal)) ? path : null;
}

async function isGateway(server: ApiServer, path: string, signal: AbortSignal): Promise<boolean> {
  return (await read(server, path, signal))?.includes(GATEWAY) === true;
}

/** The answer's text; null for any other answer than 200. */
async function read(server: ApiServer, path: string, signal: AbortSignal): Promise<string | null> {
  try {
    const request = { ...(await apiRequest(server, path)), timeoutMs: 5000, signal };
    const { status, body } = await httpRequest(request);
    return status === 200 ? body.toString('utf8') : null;
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof ForesizeError) return null;
    throw error;
  }
}

function parsed(text: string | null): unknown {
  try {
    return text === null ? null : JSON.parse(text);
  } catch {
    return null;
  }
}
