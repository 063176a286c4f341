import { createServer, type Server } from 'node:http';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { GatewaySettings } from './options.ts';

/** Upper bounds in seconds; the Go client's defaults, which the real gateway has. */
const BUCKETS_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** The gateway's counters, with the names and labels of the real one. */
export interface GatewayMetrics {
  /** A call began; `calledAs` is the name as the caller wrote it. */
  started(calledAs: string): void;
  completed(calledAs: string, code: number, seconds: number): void;
  /** Calls completed of a function, both spellings of its name added up. */
  invocations(name: string, namespace: string): number;
  exposition(): Promise<string>;
}

export function createMetrics({
  workloads,
  namespaces,
}: Pick<GatewaySettings, 'workloads' | 'namespaces'>): GatewayMetrics {
  const registry = new Registry();
  const registers = [registry];
  const started = new Counter({
    name: 'gateway_function_invocation_started',
    help: 'The total number of function HTTP requests started.',
    labelNames: ['function_name'],
    registers,
  });
  const total = new Counter({
    name: 'gateway_function_invocation_total',
    help: 'Function metrics',
    labelNames: ['function_name', 'code'],
    registers,
  });
  const seconds = new Histogram({
    name: 'gateway_functions_seconds',
    help: 'Function time taken',
    labelNames: ['function_name', 'code'],
    buckets: BUCKETS_SECONDS,
    registers,
  });
  new Gauge({
    name: 'gateway_service_count',
    help: 'Current count of replicas for function',
    labelNames: ['function_name'],
    registers,
    collect() {
      this.reset();
      for (const { spec, replicas } of workloads.deployments()) {
        this.set({ function_name: `${spec.service}.${spec.namespace}` }, replicas);
      }
    },
  });
  const completedByName = new Map<string, number>();
  return {
    started(calledAs) {
      started.inc({ function_name: calledAs });
    },
    completed(calledAs, code, elapsedSeconds) {
      const labels = { function_name: calledAs, code: String(code) };
      total.inc(labels);
      seconds.observe(labels, elapsedSeconds);
      completedByName.set(calledAs, (completedByName.get(calledAs) ?? 0) + 1);
    },
    invocations(name, namespace) {
      const spelled = completedByName.get(`${name}.${namespace}`) ?? 0;
      return namespace === namespaces.defaultName ? spelled + (completedByName.get(name) ?? 0) : spelled;
    },
    exposition: () => registry.metrics(),
  };
}

/** A server that answers `GET /metrics`. */
export function serveMetrics(metrics: GatewayMetrics): Server {
  return createServer((request, response) => {
    if (request.url?.split('?')[0] !== '/metrics') {
      response.writeHead(404).end();
      return;
    }
    metrics.exposition().then(
      (text) => {
        response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' }).end(text);
      },
      () => {
        response.writeHead(500).end();
      },
    );
  });
}
