import { z } from 'zod';
import { durationMs } from '#platform/configuration/fields.ts';
import { readEnvironment } from '#platform/configuration/environment.ts';

const schema = z.object({
  INSTALLATION: z
    .string()
    .regex(/^[\w.-]{1,63}$/, 'must be 1 to 63 of A–Z a–z 0–9 _ . -')
    .default('foresize'),
  SECRETS_PATH: z.string().default('/var/openfaas/secrets'),
  CYCLE_PERIOD: durationMs.default(15_000),
  /** How far ahead a direct call asks, where it does not say. */
  HORIZON: durationMs.default(75_000),
});

export type PredictConfig = z.infer<typeof schema>;

/** Throws `configuration-invalid`, naming each wrong variable. */
export function readConfig(environment: NodeJS.ProcessEnv): Readonly<PredictConfig> {
  return readEnvironment(schema, environment);
}
