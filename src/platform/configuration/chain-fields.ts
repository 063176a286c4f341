import * as z from 'zod';
import { SECRETS_PATH } from '../secrets/read-secret.ts';
import { durationMs, port } from './fields.ts';

// `values` and `description` of each field, and its default, are what docs/reference/configuration.md says.

/** Variables that all functions of the chain read; both ends of a hop must agree on the first two. */
export const chainFields = {
  INSTALLATION: z
    .string()
    .regex(/^[\w.-]{1,63}$/, 'must be 1 to 63 of A–Z a–z 0–9 _ . -')
    .default('foresize')
    .meta({
      values: '1 to 63 of `A–Z a–z 0–9 _ . -`',
      description: 'Part of each signature, so that two installations keep apart.',
    }),
  CYCLE_PERIOD: durationMs
    .prefault('15s')
    .meta({ values: 'duration', description: "The length of a cycle: what collect-metrics' schedule says." }),
  SECRETS_PATH: z
    .string()
    .default(SECRETS_PATH)
    .meta({ values: 'folder', description: 'Where secrets are mounted.' }),
};

/** Where a function serves metrics of its own. Not on its own port, which anyone reaches through the gateway. */
export const metricsFields = {
  METRICS_PORT: z
    .union([z.literal('off'), z.coerce.number().int().min(0).max(65_535)], {
      error: 'must be off, or a port from 0 to 65535',
    })
    .default('off')
    .meta({
      values: '`off`, or a port; `0` takes a free one',
      description: "Port of the function's own Prometheus metrics, in the pod only.",
    }),
  METRICS_HOST: z
    .string()
    .optional()
    .meta({ values: 'address', description: 'Where that port listens; on all addresses otherwise.' }),
};

/** Variables of those that reach the cluster; the kubelet sets the address. */
export const clusterFields = {
  FUNCTION_NAMESPACE: z
    .string()
    .default('openfaas-fn')
    .meta({ values: 'namespace', description: 'Whose functions are sized.' }),
  KUBERNETES_SERVICE_HOST: z
    .string()
    .default('kubernetes.default.svc')
    .meta({ values: 'host', description: 'The API server; the kubelet sets it.' }),
  KUBERNETES_SERVICE_PORT: port
    .default(443)
    .meta({ values: 'port', description: 'The API server; the kubelet sets it.' }),
};
