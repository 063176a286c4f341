import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server whose answers the test sets, by path; 404 elsewhere. */
export interface ExpositionServer {
  readonly origin: string;
  readonly requests: http.IncomingMessage[];
  set(path: string, body: string | (() => string), status?: number): void;
  close(): Promise<void>;
}

export async function serveExpositions(): Promise<ExpositionServer> {
  const answers = new Map<string, { body: string | (() => string); status: number }>();
  const requests: http.IncomingMessage[] = [];
  const server = http.createServer((request, response) => {
    requests.push(request);
    const answer = answers.get(request.url ?? '');
    const body = answer?.body ?? 'not here';
    response.writeHead(answer?.status ?? 404, { 'content-type': 'text/plain; version=0.0.4' });
    response.end(typeof body === 'string' ? body : body());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    requests,
    set: (path, body, status = 200) => answers.set(path, { body, status }),
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

export interface ContainerState {
  readonly pod?: string;
  readonly container?: string;
  readonly namespace?: string;
  readonly id?: string;
  readonly atMs: number;
  readonly cpu: number;
  readonly throttled?: number;
  readonly periods?: number;
  readonly memory?: number;
  readonly oom?: number;
  readonly limitCores?: number;
  readonly startSeconds?: number;
}

/** A kubelet's text as cAdvisor writes it: samples with their times, specs without. */
export function cadvisor(states: readonly ContainerState[]): string {
  const line = (name: string, state: ContainerState, value: number | undefined, timed: boolean): string => {
    if (value === undefined) return '';
    const { container = 'qrcode', namespace = 'openfaas-fn', pod = 'qrcode-7d9c9b5f4-x2x7k' } = state;
    const id = state.id ?? `/kubepods/${pod}/${container}`;
    const labels = `container="${container}",id="${id}",image="i",name="n",namespace="${namespace}",pod="${pod}"`;
    return `${name}{${labels}} ${value}${timed ? ` ${state.atMs}` : ''}\n`;
  };
  const family = (name: string, value: (state: ContainerState) => number | undefined, timed = true): string =>
    `# TYPE ${name} untyped\n${states.map((state) => line(name, state, value(state), timed)).join('')}`;
  return [
    family('container_cpu_usage_seconds_total', ({ cpu }) => cpu),
    family('container_cpu_cfs_throttled_seconds_total', ({ throttled }) => throttled),
    family('container_cpu_cfs_throttled_periods_total', ({ periods }) => periods),
    family('container_memory_working_set_bytes', ({ memory }) => memory),
    family('container_oom_events_total', ({ oom }) => oom),
    family('container_spec_cpu_period', () => 100_000, false),
    family(
      'container_spec_cpu_quota',
      ({ limitCores }) => (limitCores === undefined ? undefined : limitCores * 100_000),
      false,
    ),
    family('container_spec_memory_limit_bytes', () => 0, false),
    family('container_start_time_seconds', ({ startSeconds }) => startSeconds, false),
  ].join('');
}

/** The gateway's text for calls by the name they were made with. */
export function gateway(calls: Readonly<Record<string, { started: number; completed?: number }>>): string {
  return Object.entries(calls)
    .map(([name, { started, completed }]) => {
      const begun = `gateway_function_invocation_started{function_name="${name}"} ${started}\n`;
      if (completed === undefined) return begun;
      return `${begun}gateway_function_invocation_total{function_name="${name}",code="200"} ${completed - 1}
gateway_function_invocation_total{function_name="${name}",code="500"} 1
gateway_functions_seconds_bucket{function_name="${name}",code="200",le="0.1"} ${completed - 2}
gateway_functions_seconds_bucket{function_name="${name}",code="200",le="+Inf"} ${completed - 1}
gateway_functions_seconds_bucket{function_name="${name}",code="500",le="0.1"} 0
gateway_functions_seconds_bucket{function_name="${name}",code="500",le="+Inf"} 1
`;
    })
    .concat('go_goroutines 12\n')
    .join('');
}
