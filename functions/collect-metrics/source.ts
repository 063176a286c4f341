import type { MetricsSource, Workloads } from '#core/chain/ports.ts';
import type { Identity } from '#platform/kubernetes/identity.ts';
import { createScrapeSource } from '#platform/sources/scrape.ts';
import type { FunctionLog } from '#template/types.ts';
import type { CollectConfig } from './config.ts';

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
  readonly log: FunctionLog;
}

/** The source that METRICS_SOURCE names. */
export function createSource(config: Readonly<CollectConfig>, context: SourceContext): RunningSource {
  const { identity, address, workloads, log } = context;
  return createScrapeSource({
    kubernetes: { url: address, token: identity.token, ca: identity.caPem },
    nodes: async (signal) => (await workloads.nodes(signal)).map(({ name }) => name),
    gatewayMetricsUrl: config.GATEWAY_METRICS_URL,
    namespaces: [config.FUNCTION_NAMESPACE],
    clock: Date.now,
    onProblem: (message) => {
      log.warn({ event: 'source' }, message);
    },
  });
}
