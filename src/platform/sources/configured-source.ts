import type * as z from 'zod';
import type { MetricsSource, Workloads } from '#core/chain/ports.ts';
import type { sourceFields } from '../configuration/source-fields.ts';
import type { Identity } from '../kubernetes/identity.ts';
import { createMetricsApiSource } from './metrics-api.ts';
import { createPrometheusSource } from './prometheus.ts';
import { parseQueryOverrides } from './prometheus-queries.ts';
import { createScrapeSource } from './scrape.ts';

/** What a function's environment says of its source. */
export type SourceConfig = Readonly<z.infer<z.ZodObject<typeof sourceFields>>> & {
  readonly FUNCTION_NAMESPACE: string;
};

/** What a logger of pino offers. */
export interface SourceLog {
  warn(fields: Record<string, unknown>, message: string): void;
}

/** A source with a loop of its own between cycles. */
export interface RunningSource extends MetricsSource {
  start(): Promise<void>;
  stop(): Promise<void>;
}

export interface SourceContext {
  readonly identity: Identity;
  /** Of the API server. */
  readonly address: string;
  readonly workloads: Workloads;
  readonly log: SourceLog;
}

/** The source that METRICS_SOURCE names. Throws `configuration-invalid`. */
export function createSource(config: SourceConfig, context: SourceContext): RunningSource {
  return MAKERS[config.METRICS_SOURCE](config, context);
}

type Maker = (config: SourceConfig, context: SourceContext) => RunningSource;

const MAKERS: Readonly<Record<SourceConfig['METRICS_SOURCE'], Maker>> = {
  scrape: (config, { identity, address, workloads, log }) =>
    createScrapeSource({
      kubernetes: { url: address, headers: identity.headers, ca: identity.caPem },
      nodes: async (signal) => (await workloads.nodes(signal)).map(({ name }) => name),
      gatewayMetricsUrl: config.GATEWAY_METRICS_URL,
      namespaces: [config.FUNCTION_NAMESPACE],
      clock: Date.now,
      onProblem: (message) => {
        log.warn({ event: 'source' }, message);
      },
    }),
  prometheus: (config) =>
    readOnDemand(
      createPrometheusSource({
        url: config.PROMETHEUS_URL,
        namespaces: [config.FUNCTION_NAMESPACE],
        containerLabels: config.PROMETHEUS_CONTAINER_LABELS,
        gatewayLabels: config.PROMETHEUS_GATEWAY_LABELS,
        queries:
          config.PROMETHEUS_QUERIES === undefined ? {} : parseQueryOverrides(config.PROMETHEUS_QUERIES),
        clock: Date.now,
      }),
    ),
  'metrics-api': (config, { identity, address }) =>
    readOnDemand(
      createMetricsApiSource({
        kubernetes: { url: address, headers: identity.headers, ca: identity.caPem },
        namespaces: [config.FUNCTION_NAMESPACE],
        clock: Date.now,
      }),
    ),
};

function readOnDemand(source: MetricsSource): RunningSource {
  return { ...source, start: () => Promise.resolve(), stop: () => Promise.resolve() };
}
