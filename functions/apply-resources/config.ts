import * as z from 'zod';
import { chainFields, clusterFields, metricsFields } from '#platform/configuration/chain-fields.ts';
import { durationMs, httpUrl } from '#platform/configuration/fields.ts';
import { LOSSES } from '#platform/gateway/compare-deployed.ts';
import { readEnvironment } from '#platform/configuration/environment.ts';

const schema = z.object({
  ...chainFields,
  ...clusterFields,
  ...metricsFields,
  SIZING_PERIOD: durationMs.default(60_000),
  /**
   * kubernetes: running pods; stack: the file of STACK_FILE; gateway: deploys what STACK_FILE holds with other sizes,
   * which replaces pods; none: decisions are recorded only.
   */
  ACTUATOR: z.enum(['kubernetes', 'stack', 'gateway', 'none']).default('kubernetes'),
  STACK_FILE: z.string().default('stack.yml'),
  OPENFAAS_URL: httpUrl.default('http://gateway.openfaas.svc.cluster.local:8080'),
  /** What a deploy through the gateway may lose; otherwise it is refused. */
  GATEWAY_ACCEPT: z
    .string()
    .default('')
    .transform((text) => text.split(',').flatMap((name) => (name.trim() === '' ? [] : [name.trim()])))
    .pipe(z.array(z.enum(LOSSES)))
    .transform((names) => new Set(names)),
  /** true: decides and plans as ever, and changes neither pods nor the state of functions. */
  DRY_RUN: z
    .enum(['true', 'false'])
    .default('false')
    .transform((text) => text === 'true'),
  /** Where decisions are kept as files beside stdout; nowhere by default. */
  DECISION_LOG_DIRECTORY: z.string().optional(),
});

export type ApplyConfig = z.infer<typeof schema>;

/** Throws `configuration-invalid`, naming each wrong variable. */
export function readConfig(environment: NodeJS.ProcessEnv): Readonly<ApplyConfig> {
  return readEnvironment(schema, environment);
}
