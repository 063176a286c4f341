import * as z from 'zod';
import { httpUrl, labels } from './fields.ts';

/** Variables of those that call other functions. */
export const gatewayFields = {
  OPENFAAS_URL: httpUrl.default('http://gateway.openfaas.svc.cluster.local:8080').meta({
    values: 'address',
    description: 'The gateway, from inside.',
  }),
};

/** Variables that say where use is read. */
export const sourceFields = {
  METRICS_SOURCE: z.enum(['scrape', 'prometheus', 'metrics-api']).default('scrape').meta({
    values: '`scrape`, `prometheus`, `metrics-api`',
    description:
      "Where use is read: the kubelets' metrics through the API server, a Prometheus, or metrics-server, which knows of no throttling and caps the mode at `recommend`.",
  }),
  GATEWAY_METRICS_URL: httpUrl
    .default('http://foresize-gateway-metrics.openfaas.svc.cluster.local:8082/metrics')
    .meta({ values: 'address', description: "The gateway's metrics, where calls are counted." }),
  PROMETHEUS_URL: httpUrl
    .default('http://prometheus.openfaas.svc.cluster.local:9090')
    .meta({ values: 'address', description: 'The Prometheus to ask.' }),
  PROMETHEUS_CONTAINER_LABELS: labels.default({}).meta({
    values: 'labels such as `job=kubelet,metrics_path=/metrics/cadvisor`',
    description: "What cAdvisor's series must carry: labels that a scraped pod cannot forge.",
  }),
  PROMETHEUS_GATEWAY_LABELS: labels
    .default({})
    .meta({ values: 'labels', description: "The same of the gateway's series." }),
  PROMETHEUS_QUERIES: z.string().optional().meta({
    values: 'JSON object',
    description:
      'Query texts in place of the default ones, by the names of [prometheus-queries.ts](../../src/platform/sources/prometheus-queries.ts).',
  }),
};
