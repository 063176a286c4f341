import * as z from 'zod';
import { SECRETS_PATH } from '../secrets/read-secret.ts';
import { durationMs, port } from './fields.ts';

/** Variables that all functions of the chain read; both ends of a hop must agree on the first two. */
export const chainFields = {
  INSTALLATION: z
    .string()
    .regex(/^[\w.-]{1,63}$/, 'must be 1 to 63 of A–Z a–z 0–9 _ . -')
    .default('foresize'),
  /** The length of a cycle: what collect-metrics' schedule says. */
  CYCLE_PERIOD: durationMs.default(15_000),
  SECRETS_PATH: z.string().default(SECRETS_PATH),
};

/** Where a function serves metrics of its own. Not on its own port, which anyone reaches through the gateway. */
export const metricsFields = {
  /** `off`, or a port; 0 takes a free one. */
  METRICS_PORT: z
    .union([z.literal('off'), z.coerce.number().int().min(0).max(65_535)], {
      error: 'must be off, or a port from 0 to 65535',
    })
    .default('off'),
  /** All addresses where it is left out. */
  METRICS_HOST: z.string().optional(),
};

/** Variables of those that reach the cluster; the kubelet sets the address. */
export const clusterFields = {
  FUNCTION_NAMESPACE: z.string().default('openfaas-fn'),
  KUBERNETES_SERVICE_HOST: z.string().default('kubernetes.default.svc'),
  KUBERNETES_SERVICE_PORT: port.default(443),
};
