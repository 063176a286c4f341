import * as z from 'zod';
import { chainFields, clusterFields, metricsFields } from '#platform/configuration/chain-fields.ts';
import { httpUrl, labels } from '#platform/configuration/fields.ts';
import { readEnvironment } from '#platform/configuration/environment.ts';

const schema = z.object({
  ...chainFields,
  ...clusterFields,
  ...metricsFields,
  OPENFAAS_URL: httpUrl.default('http://gateway.openfaas.svc.cluster.local:8080'),
  CHAIN: z.enum(['sync', 'async']).default('sync'),
  METRICS_SOURCE: z.enum(['scrape', 'prometheus', 'metrics-api']).default('scrape'),
  GATEWAY_METRICS_URL: httpUrl.default(
    'http://foresize-gateway-metrics.openfaas.svc.cluster.local:8082/metrics',
  ),
  PROMETHEUS_URL: httpUrl.default('http://prometheus.openfaas.svc.cluster.local:9090'),
  /** Labels that a scraped pod cannot forge, such as `job=kubelet,metrics_path=/metrics/cadvisor`. */
  PROMETHEUS_CONTAINER_LABELS: labels.default({}),
  PROMETHEUS_GATEWAY_LABELS: labels.default({}),
  /** JSON object with query texts in place of the default ones; its keys are those of PrometheusQueries. */
  PROMETHEUS_QUERIES: z.string().optional(),
  /** Shards of usage under way at once. */
  PARALLEL_SHARDS: z.coerce.number().int().min(1).max(64).default(4),
});

export type CollectConfig = z.infer<typeof schema>;

/** Throws `configuration-invalid`, naming each wrong variable. */
export function readConfig(environment: NodeJS.ProcessEnv): Readonly<CollectConfig> {
  return readEnvironment(schema, environment);
}
