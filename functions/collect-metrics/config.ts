import * as z from 'zod';
import { chainFields, clusterFields, metricsFields } from '#platform/configuration/chain-fields.ts';
import { readEnvironment } from '#platform/configuration/environment.ts';
import { gatewayFields, sourceFields } from '#platform/configuration/source-fields.ts';

/** The environment of collect-metrics; docs/reference/configuration.md is made of it. */
export const configSchema = z.object({
  ...chainFields,
  ...clusterFields,
  ...metricsFields,
  ...sourceFields,
  ...gatewayFields,
  CHAIN: z.enum(['sync', 'async']).default('sync').meta({
    values: '`sync`, `async`',
    description: 'Whether the chain is carried by direct calls or by the queue.',
  }),
  PARALLEL_SHARDS: z.coerce
    .number()
    .int()
    .min(1)
    .max(64)
    .default(4)
    .meta({ values: '1 to 64', description: 'Shards of usage under way at once.' }),
});

export type CollectConfig = z.infer<typeof configSchema>;

/** Throws `configuration-invalid`, naming each wrong variable. */
export function readConfig(environment: NodeJS.ProcessEnv): Readonly<CollectConfig> {
  return readEnvironment(configSchema, environment);
}
