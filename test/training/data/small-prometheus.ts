import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server that answers the query API for one function, `qrcode`, by arithmetic: any time, a sample each 10 s. */
export interface SmallPrometheus {
  readonly url: string;
  /** Of each query, in order: its end, Unix ms. */
  readonly endsMs: number[];
  /** Queries that end later get no answer. */
  answersUntilMs: number;
  /** Resolves at the next query that gets none. */
  unanswered(): Promise<unknown>;
  close(): Promise<void>;
}

const PERIOD_S = 10;

/** The value of each metric at a time: 0.05 cores, a call each 10 s, a limit of 0.2 cores. */
const VALUES: Readonly<Record<string, (seconds: number) => number>> = {
  container_cpu_usage_seconds_total: (seconds) => seconds * 0.05,
  container_memory_working_set_bytes: (seconds) => 5e6 + (seconds % 1000),
  container_spec_cpu_quota: () => 20_000,
  container_spec_cpu_period: () => 100_000,
  container_spec_memory_limit_bytes: () => 4e7,
  gateway_function_invocation_started: (seconds) => seconds / PERIOD_S,
  gateway_function_invocation_total: (seconds) => seconds / PERIOD_S,
};

const CONTAINER = { namespace: 'openfaas-fn', container: 'qrcode', pod: 'qrcode-7d9c9b5f4-x2x7k', id: '/a' };

function answer(query: string, endSeconds: number): unknown {
  const metric = /\w+_\w+/.exec(query)?.[0] ?? '';
  const [, range = '0', step = String(PERIOD_S)] = /\[(\d+)s(?::(\d+)s)?\]$/.exec(query) ?? [];
  const value = query.includes('rate(') ? () => 0.05 : VALUES[metric];
  const values: [number, string][] = [];
  const first = Math.ceil((endSeconds - Number(range)) / Number(step)) * Number(step);
  for (let at = first; value !== undefined && at <= endSeconds; at += Number(step)) {
    values.push([at, String(value(at))]);
  }
  const labels = metric.startsWith('gateway')
    ? { function_name: 'qrcode.openfaas-fn', code: '200' }
    : CONTAINER;
  const result = values.length === 0 ? [] : [{ metric: labels, values }];
  return { status: 'success', data: { resultType: 'matrix', result } };
}

export async function smallPrometheus(): Promise<SmallPrometheus> {
  const endsMs: number[] = [];
  const waiting: (() => void)[] = [];
  const server = http.createServer((request, response) => {
    void (async () => {
      let body = '';
      for await (const chunk of request) body += String(chunk);
      const form = new URLSearchParams(body);
      const endSeconds = Number(form.get('time'));
      endsMs.push(endSeconds * 1000);
      if (endSeconds * 1000 > prometheus.answersUntilMs) {
        for (const resolve of waiting.splice(0)) resolve();
        return;
      }
      response.end(JSON.stringify(answer(form.get('query') ?? '', endSeconds)));
    })();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const prometheus: SmallPrometheus = {
    url: `http://127.0.0.1:${port}`,
    endsMs,
    answersUntilMs: Infinity,
    unanswered: () =>
      new Promise<void>((resolve) => {
        waiting.push(resolve);
      }),
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return prometheus;
}
