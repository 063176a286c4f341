import * as z from 'zod';
import { chainFields, clusterFields } from '#platform/configuration/chain-fields.ts';
import { readEnvironment } from '#platform/configuration/environment.ts';
import { gatewayFields, sourceFields } from '#platform/configuration/source-fields.ts';

const { SECRETS_PATH } = chainFields;

/** The environment of the page; docs/reference/configuration.md is made of it. */
export const configSchema = z.object({ SECRETS_PATH, ...clusterFields, ...sourceFields, ...gatewayFields });

export type PageConfig = z.infer<typeof configSchema>;

/** Throws `configuration-invalid`, naming each wrong variable. */
export function readConfig(environment: NodeJS.ProcessEnv): Readonly<PageConfig> {
  return readEnvironment(configSchema, environment);
}
