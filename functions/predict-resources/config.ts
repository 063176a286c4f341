import * as z from 'zod';
import { chainFields, metricsFields } from '#platform/configuration/chain-fields.ts';
import { durationMs } from '#platform/configuration/fields.ts';
import { readEnvironment } from '#platform/configuration/environment.ts';

const SHORTEST_MS = 1000;
const LONGEST_MS = 86_400_000;

/** How far ahead a peak may be asked for; milliseconds once parsed. */
export const horizonMs = durationMs
  .refine((ms) => ms >= SHORTEST_MS && ms <= LONGEST_MS, 'must be from 1s to 1d')
  .transform(Math.round);

/** The environment of predict-resources; docs/reference/configuration.md is made of it. */
export const configSchema = z.object({
  ...chainFields,
  ...metricsFields,
  HORIZON: horizonMs.prefault('75s').meta({
    values: 'duration, `1s` to `1d`',
    description: 'How far ahead a direct call asks for the peak, where it does not say.',
  }),
  MODEL_PATH: z.string().min(1).optional().meta({
    values: 'folder',
    description:
      'The network, as `foresize train lstm` writes it; left out, the one shipped with the function.',
  }),
  MODEL_MISSING: z.enum(['fail', 'go-on']).default('fail').meta({
    values: '`fail`, `go-on`',
    description:
      'Without a usable network: end with the reason, or forecast without one and say so in every answer.',
  }),
});

export type PredictConfig = z.infer<typeof configSchema>;

/** Throws `configuration-invalid`, naming each wrong variable. */
export function readConfig(environment: NodeJS.ProcessEnv): Readonly<PredictConfig> {
  return readEnvironment(configSchema, environment);
}
