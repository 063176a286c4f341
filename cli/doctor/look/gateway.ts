import { ForesizeError } from '#core/errors/error.ts';
import { ExpositionParser } from '#platform/exposition/parser.ts';
import { createGatewayClient } from '#platform/gateway/client.ts';
import { httpRequest, type HttpResponse, messageIn } from '#platform/http/request.ts';
import { CALL_METRICS } from '#platform/sources/cadvisor-names.ts';
import type { GatewayFacts, GatewayMetricsFacts, LoginFacts } from '../facts.ts';
import { type Seen, see } from '../seen.ts';
import type { Endpoint } from './endpoint.ts';
import type { Login } from './gateway-login.ts';

const TIMEOUT_MS = 5000;
/** Of 10 000 functions, some 15 series each. */
const MAXIMUM_BYTES = 128 * 2 ** 20;

/** Whether the gateway answers, whom, and what it counts. `login` is for an address of its own only. */
export async function lookAtGateway(
  gateway: Endpoint,
  metrics: Endpoint,
  login: Login | null,
  signal: AbortSignal,
): Promise<GatewayFacts> {
  const statusOf = (path: string): Promise<Seen<number>> =>
    see(signal, async () => (await reach(gateway, path, signal)).status);
  const [health, strangerStatus, asUser, counted] = await Promise.all([
    statusOf('/healthz'),
    statusOf('/system/info'),
    login === null ? null : lookAsUser(login, signal),
    lookAtMetrics(metrics, signal),
  ]);
  return { where: gateway.where, health, strangerStatus, login: asUser, metrics: counted };
}

/** Throws `http-failed`, and `http-refused` where the API server answers in its place: it has no such Service, or no pod. */
async function reach({ where, to }: Endpoint, path: string, signal: AbortSignal): Promise<HttpResponse> {
  const request = await to(path);
  const answer = await httpRequest({
    ...request,
    timeoutMs: TIMEOUT_MS,
    maximumBytes: MAXIMUM_BYTES,
    signal,
  });
  const instead = messageIn(answer.body);
  if (instead === null || answer.status === 403) return answer;
  throw new ForesizeError('http-refused', `${where}: ${instead}`);
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

async function lookAtMetrics(endpoint: Endpoint, signal: AbortSignal): Promise<GatewayMetricsFacts> {
  const { where } = endpoint;
  const names = await see(signal, async () => {
    const { status, body } = await reach(endpoint, '', signal);
    if (status !== 200) throw new ForesizeError('http-refused', `${where} answers ${status}`);
    const found = new Set<string>();
    const parser = new ExpositionParser(WANTED, (metric) => found.add(metric));
    parser.push(body);
    parser.end();
    return found;
  });
  return { where, names };
}
