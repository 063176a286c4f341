import { ForesizeError } from '#core/errors/error.ts';
import { ExpositionParser } from '#platform/exposition/parser.ts';
import { createGatewayClient } from '#platform/gateway/client.ts';
import { httpRequest } from '#platform/http/request.ts';
import { CALL_METRICS } from '#platform/sources/cadvisor-names.ts';
import { readExposition } from '#platform/sources/read-exposition.ts';
import type { GatewayFacts, GatewayMetricsFacts, LoginFacts } from '../facts.ts';
import { type Seen, see } from '../seen.ts';
import type { Endpoint } from './endpoint.ts';
import type { Login } from './gateway-login.ts';

const TIMEOUT_MS = 5000;

/** Whether the gateway answers, whom, and what it counts. `login` is for an address of its own only. */
export async function lookAtGateway(
  gateway: Endpoint,
  metrics: Endpoint,
  login: Login | null,
  signal: AbortSignal,
): Promise<GatewayFacts> {
  const statusOf = (path: string): Promise<Seen<number>> =>
    see(signal, async () => {
      const request = { ...(await gateway.to(path)), timeoutMs: TIMEOUT_MS, signal };
      return (await httpRequest(request)).status;
    });
  const [health, strangerStatus, asUser, counted] = await Promise.all([
    statusOf('/healthz'),
    statusOf('/system/info'),
    login === null ? null : lookAsUser(login, signal),
    lookAtMetrics(metrics, signal),
  ]);
  return { where: gateway.where, health, strangerStatus, login: asUser, metrics: counted };
}

async function lookAsUser({ url, from, ...credentials }: Login, signal: AbortSignal): Promise<LoginFacts> {
  const client = createGatewayClient({ url, credentials, timeoutMs: TIMEOUT_MS });
  const [provider, functions] = await Promise.all([
    see(signal, async () => {
      const { provider, version } = await client.info(signal);
      return `${provider.provider}${version === undefined ? '' : `, gateway ${version.release}`}`;
    }),
    see(signal, async () => (await client.list(signal)).length),
  ]);
  return { from, provider, functions };
}

/** The gauge tells that it is the gateway where nothing was called yet. */
const WANTED = Object.fromEntries(
  [...Object.values(CALL_METRICS), 'gateway_service_count'].map((name) => [name, []]),
);

async function lookAtMetrics({ where, to }: Endpoint, signal: AbortSignal): Promise<GatewayMetricsFacts> {
  const names = await see(signal, async () => {
    const found = new Set<string>();
    const parser = new ExpositionParser(WANTED, (metric) => found.add(metric));
    try {
      await readExposition({ ...(await to('')), timeoutMs: TIMEOUT_MS, signal }, parser);
    } catch (error) {
      if (!(error instanceof ForesizeError) || error.code !== 'exposition-invalid') throw error;
      throw new ForesizeError('exposition-invalid', `${where} answered what is no exposition`, {
        cause: error,
      });
    }
    return found;
  });
  return { where, names };
}
