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

const schema = z.object({
  ...chainFields,
  ...metricsFields,
  /** How far ahead a direct call asks, where it does not say. */
  HORIZON: horizonMs.default(75_000),
  /** Folder of the network, as `foresize train lstm` writes it; left out, the one shipped with the function. */
  MODEL_PATH: z.string().min(1).optional(),
  /** Without a usable model: end with the reason, or forecast without one and say so in every answer. */
  MODEL_MISSING: z.enum(['fail', 'go-on']).default('fail'),
});

export type PredictConfig = z.infer<typeof schema>;

/** Throws `configuration-invalid`, naming each wrong variable. */
export function readConfig(environment: NodeJS.ProcessEnv): Readonly<PredictConfig> {
  return readEnvironment(schema, environment);
}
