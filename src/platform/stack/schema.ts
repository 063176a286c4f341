import * as z from 'zod';
import { parseCpuCores, parseMemoryBytes } from '#core/units/quantity.ts';

/** All scalars come as their text; null is the empty value of whatever was expected. */
const text = z
  .string()
  .nullish()
  .transform((value) => value ?? '');

const list = z
  .array(text)
  .nullish()
  .transform((value) => value ?? []);

const map = z
  .record(z.string(), text)
  .nullish()
  .transform((value) => value ?? {});

const flag = text.pipe(
  z.string().transform((value, context) => {
    if (value === '' || /^(?:false|no|off|n)$/i.test(value)) return false;
    if (/^(?:true|yes|on|y)$/i.test(value)) return true;
    context.addIssue(`${JSON.stringify(value)} is neither true nor false`);
    return z.NEVER;
  }),
);

const quantity = (parse: (value: string) => number) =>
  text.pipe(
    z.string().superRefine((value, context) => {
      try {
        if (value !== '') parse(value);
      } catch (error) {
        context.addIssue(error instanceof Error ? error.message : String(error));
      }
    }),
  );

const resources = z
  .object({ memory: quantity(parseMemoryBytes), cpu: quantity(parseCpuCores) })
  .nullish()
  .transform((value) => value ?? { memory: '', cpu: '' });

const functionSchema = z.object({
  lang: text,
  handler: text,
  image: z.string({ error: 'an image is needed' }).min(1, 'an image is needed'),
  fprocess: text,
  namespace: text,
  environment: map,
  environment_file: list,
  secrets: list,
  constraints: list,
  labels: map,
  annotations: map,
  limits: resources,
  requests: resources,
  readonly_root_filesystem: flag,
  skip_build: flag,
  build_args: map,
});

/** The fields of stack.yml that faas-cli acts on (go-sdk, stack/schema.go); others are ignored, as it ignores them. */
export const stackSchema = z.object({
  version: text.pipe(z.enum(['', '1.0'], { error: 'the only version is 1.0' })),
  provider: z.object({
    name: z.literal('openfaas', { error: 'the only provider is openfaas' }),
    gateway: text,
  }),
  functions: z
    .record(
      z
        .string()
        .regex(/^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/, 'a name has lower-case letters, digits and dashes'),
      functionSchema,
    )
    .nullish()
    .transform((value) => value ?? {}),
  configuration: z
    .object({ copy: list })
    .nullish()
    .transform((value) => value ?? { copy: [] }),
});

export const environmentFileSchema = z
  .object({ environment: map })
  .nullish()
  .transform((value) => value ?? { environment: {} });

export const templateSchema = z
  .object({ fprocess: text })
  .nullish()
  .transform((value) => value ?? { fprocess: '' });

export type StackFunctionFields = z.output<typeof functionSchema>;
