import { z } from 'zod';
import { ForesizeError } from '#core/errors/error.ts';
import { parseCpuCores, parseMemoryBytes } from '#core/units/quantity.ts';
import type { Namespaces } from '../namespaces/namespaces.ts';
import type { FunctionSpec } from '../workloads/model.ts';
import { annotationMap, labelMap } from './label.ts';
import { parseAs } from './request-body.ts';

/** faas-netes's own check of a name: a DNS label. */
const name = z.string('is missing or no text').regex(/^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/, {
  error: ({ input }) =>
    `${JSON.stringify(input)} is not a DNS label: lower-case letters, digits and -, at most 63`,
});

// Go leaves out what is empty, and sends null for a nil map or list.
const texts = z.array(z.string()).nullish();

const variables = z
  .record(
    z.string().regex(/^[\x20-\x3c\x3e-\x7e]+$/, {
      error: ({ input }) => `${JSON.stringify(input)} is no name of a variable: printable ASCII without =`,
    }),
    z.string().regex(/^[^\0]*$/, 'holds a null character'),
  )
  .nullish();

const quantity = (parse: (text: string) => number) =>
  z
    .string()
    .superRefine((text, context) => {
      const problem = quantityProblem(parse, text);
      if (problem !== undefined) context.addIssue({ code: 'custom', message: problem });
    })
    .optional();

function quantityProblem(parse: (text: string) => number, text: string): string | undefined {
  try {
    return text === '' || parse(text) >= 0 ? undefined : `${text} is negative`;
  } catch (error) {
    if (error instanceof ForesizeError) return error.message;
    throw error;
  }
}

const resources = z.object({ cpu: quantity(parseCpuCores), memory: quantity(parseMemoryBytes) }).nullish();

/** OpenFaaS's FunctionDeployment; what it has beyond this is ignored, as the real one does. */
const body = z
  .object({
    service: name,
    namespace: z.string().nullish(),
    image: z.string('is missing or no text').min(1, 'is empty'),
    envProcess: z.string().nullish(),
    envVars: variables,
    constraints: texts,
    secrets: texts,
    labels: labelMap.nullish(),
    annotations: annotationMap.nullish(),
    limits: resources,
    requests: resources,
    readOnlyRootFilesystem: z.boolean().nullish(),
  })
  .superRefine(({ limits, requests }, context) => {
    for (const problem of requestsOverLimits(requests ?? {}, limits ?? {})) {
      context.addIssue({ code: 'custom', ...problem });
    }
  });

interface Quantities {
  readonly cpu?: string | undefined;
  readonly memory?: string | undefined;
}

/** Kubernetes refuses a pod whose request is over its limit. */
function requestsOverLimits(requests: Quantities, limits: Quantities): { path: string[]; message: string }[] {
  const compare = (resource: 'cpu' | 'memory', parse: (text: string) => number) => {
    const [request, limit] = [requests[resource] ?? '', limits[resource] ?? ''];
    if (request === '' || limit === '' || parse(request) <= parse(limit)) return [];
    return [{ path: ['requests', resource], message: `${request} is over the limit of ${limit}` }];
  };
  return [...compare('cpu', parseCpuCores), ...compare('memory', parseMemoryBytes)];
}

const named = z.object({ service: z.string() }).transform(({ service }) => `function ${service}`);

/** A valid specification in a namespace that exists. Throws `function-invalid`, `namespace-invalid`. */
export function parseDeployment(sent: unknown, namespaces: Namespaces): FunctionSpec {
  const subject = named.safeParse(sent).data ?? 'function without a name';
  const parsed = parseAs(body, sent, subject, 'function-invalid');
  return {
    service: parsed.service,
    namespace: requireNamespace(parsed.namespace ?? '', namespaces),
    image: parsed.image,
    envProcess: parsed.envProcess ?? '',
    envVars: parsed.envVars ?? {},
    constraints: parsed.constraints ?? [],
    secrets: parsed.secrets ?? [],
    labels: parsed.labels ?? {},
    annotations: parsed.annotations ?? {},
    limits: given(parsed.limits ?? {}),
    requests: given(parsed.requests ?? {}),
    readOnlyRootFilesystem: parsed.readOnlyRootFilesystem ?? false,
  };
}

function given({ cpu = '', memory = '' }: Quantities): FunctionSpec['limits'] {
  return { ...(cpu !== '' && { cpu }), ...(memory !== '' && { memory }) };
}

/** The namespace, or the default one for an empty name. Throws `namespace-invalid`. */
export function requireNamespace(sent: string, namespaces: Namespaces): string {
  const namespace = sent === '' ? namespaces.defaultName : sent;
  if (namespaces.get(namespace) !== undefined) return namespace;
  throw new ForesizeError('namespace-invalid', `namespace ${JSON.stringify(namespace)} does not exist`);
}
