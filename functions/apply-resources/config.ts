import * as z from 'zod';
import { chainFields, clusterFields, metricsFields } from '#platform/configuration/chain-fields.ts';
import { durationMs, httpUrl } from '#platform/configuration/fields.ts';
import { LOSSES } from '#platform/gateway/compare-deployed.ts';
import { readEnvironment } from '#platform/configuration/environment.ts';

/** The environment of apply-resources; docs/reference/configuration.md is made of it. */
export const configSchema = z.object({
  ...chainFields,
  ...clusterFields,
  ...metricsFields,
  SIZING_PERIOD: durationMs.prefault('60s').meta({
    values: 'duration',
    description: 'How often requests are sized; what starves is rescued in every cycle.',
  }),
  ACTUATOR: z.enum(['kubernetes', 'stack', 'gateway', 'none']).default('kubernetes').meta({
    values: '`kubernetes`, `stack`, `gateway`, `none`',
    description:
      'What is changed: running pods; the file of `STACK_FILE`; whole deploys of what that file holds, with other sizes, which replaces pods; or nothing, and decisions are recorded only.',
  }),
  STACK_FILE: z
    .string()
    .default('stack.yml')
    .meta({ values: 'file', description: 'What `ACTUATOR=stack` edits and `ACTUATOR=gateway` deploys.' }),
  OPENFAAS_URL: httpUrl.default('http://gateway.openfaas.svc.cluster.local:8080').meta({
    values: 'address',
    description: 'The gateway, from inside.',
  }),
  GATEWAY_ACCEPT: z
    .string()
    .transform((text) => text.split(',').flatMap((name) => (name.trim() === '' ? [] : [name.trim()])))
    .pipe(z.array(z.enum(LOSSES)))
    .transform((names) => new Set(names))
    .prefault('')
    .meta({
      values: `list of ${LOSSES.map((name) => `\`${name}\``).join(', ')}`,
      description:
        'What a deploy through the gateway may lose; otherwise it is refused. See [the policy](../policy.md#through-the-gateway).',
    }),
  DRY_RUN: z
    .enum(['true', 'false'])
    .transform((text) => text === 'true')
    .prefault('false')
    .meta({
      values: '`true`, `false`',
      description:
        'Decides and plans as ever, asks the API server whether it would accept it, and changes neither pods nor the state of functions.',
    }),
  DECISION_LOG_DIRECTORY: z.string().optional().meta({
    values: 'folder',
    description: 'Where decisions are kept as files, beside the standard output.',
  }),
});

export type ApplyConfig = z.infer<typeof configSchema>;

/** Throws `configuration-invalid`, naming each wrong variable. */
export function readConfig(environment: NodeJS.ProcessEnv): Readonly<ApplyConfig> {
  return readEnvironment(configSchema, environment);
}
