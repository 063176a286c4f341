import { z } from 'zod';
import { durationMs, port } from '#platform/configuration/fields.ts';
import { readEnvironment } from '#platform/configuration/environment.ts';

const schema = z.object({
  FUNCTION_NAMESPACE: z.string().default('openfaas-fn'),
  INSTALLATION: z
    .string()
    .regex(/^[\w.-]{1,63}$/, 'must be 1 to 63 of A–Z a–z 0–9 _ . -')
    .default('foresize'),
  SECRETS_PATH: z.string().default('/var/openfaas/secrets'),
  KUBERNETES_SERVICE_HOST: z.string().default('kubernetes.default.svc'),
  KUBERNETES_SERVICE_PORT: port.default(443),
  CYCLE_PERIOD: durationMs.default(15_000),
  SIZING_PERIOD: durationMs.default(60_000),
  ACTUATOR: z.enum(['kubernetes', 'none']).default('kubernetes'),
  /** Where decisions are kept as files beside stdout; nowhere by default. */
  DECISION_LOG_DIRECTORY: z.string().optional(),
});

export type ApplyConfig = z.infer<typeof schema>;

/** Throws `configuration-invalid`, naming each wrong variable. */
export function readConfig(environment: NodeJS.ProcessEnv): Readonly<ApplyConfig> {
  return readEnvironment(schema, environment);
}
