import { z } from 'zod';
import { parseCpuCores, parseMemoryBytes } from '#core/units/quantity.ts';
import { ForesizeError } from '#core/errors/error.ts';
import type { QosClass, Resources } from '#core/usage/reading.ts';
import type { Pod } from '../workloads/model.ts';
import { sameJson, type Json } from './json.ts';
import { RESIZE_POLICY } from './objects/pod.ts';
import { badRequest, forbiddenField, invalid, invalidField, type FieldError } from './status.ts';

/** A quantity is a string, or a bare number. */
const quantity = z.union([z.string(), z.number().transform(String)]);
const quantities = z
  .record(z.string(), quantity)
  .nullish()
  .transform((list) => list ?? {});
const requirements = z
  .object({ limits: quantities, requests: quantities })
  .nullish()
  .transform((value) => value ?? { limits: {}, requests: {} });
const podSchema = z.object({
  metadata: z.object({
    name: z.string().optional(),
    namespace: z.string().optional(),
    uid: z.string().optional(),
    resourceVersion: z.string().optional(),
  }),
  spec: z.object({
    containers: z.array(
      z.object({ name: z.string(), resources: requirements, resizePolicy: z.json().optional() }),
    ),
  }),
});

type Requirements = z.output<typeof requirements>;
export type ResizedPod = z.output<typeof podSchema>;

/** Throws BadRequest, naming the field. */
export function parseResizedPod(value: Json): ResizedPod {
  const parsed = podSchema.safeParse(value);
  if (!parsed.success) {
    throw badRequest(`Pod in version "v1" cannot be handled as a Pod: ${z.prettifyError(parsed.error)}`);
  }
  return parsed.data;
}

/**
 * The resources that the changed object asks for. Checks what ValidatePodResize of the API server checks, in its order
 * and words (pkg/apis/core/validation/validation.go), and throws its Invalid; other changes are dropped, as there.
 */
export function resolveResize(pod: Pod, changed: ResizedPod): Resources {
  const [container, ...others] = changed.spec.containers;
  if (!container || others.length > 0) {
    throw refuse(pod, [
      forbiddenField('spec.containers', 'containers may not be added or removed on resize'),
    ]);
  }
  const { limits, requests } = container.resources;
  const desired = toResources(container.resources);
  const errors = [
    ...checkQuantities('limits', limits),
    ...checkQuantities('requests', requests),
    ...checkOrder(container.resources),
    ...checkQos(pod, desired),
    ...(container.name === pod.functionName
      ? []
      : [forbiddenField('spec.containers[0].name', 'containers may not be renamed or reordered on resize')]),
    ...checkRemoved(pod.desired, desired),
    ...checkOthers(container.resources, container.resizePolicy),
  ];
  if (errors.length > 0) throw refuse(pod, errors);
  return desired;
}

function refuse(pod: Pod, errors: readonly FieldError[]): Error {
  return invalid('Pod', pod.name, errors);
}

/** Base units, rounded up to a millicore and a byte, and requests left out taken from limits: the API server's defaulting. */
function toResources({ limits, requests }: Requirements): Resources {
  const cpuLimitCores = parseWith(parseMilliCores, limits.cpu);
  const memoryLimitBytes = parseWith(parseMemoryBytes, limits.memory);
  return {
    cpuLimitCores,
    memoryLimitBytes,
    cpuRequestCores: parseWith(parseMilliCores, requests.cpu) ?? cpuLimitCores,
    memoryRequestBytes: parseWith(parseMemoryBytes, requests.memory) ?? memoryLimitBytes,
  };
}

function parseMilliCores(text: string): number {
  return Math.ceil(Number((parseCpuCores(text) * 1000).toFixed(6))) / 1000;
}

function parseWith(parse: (text: string) => number, text: string | undefined): number | null {
  if (text === undefined) return null;
  try {
    return parse(text);
  } catch (error) {
    if (!(error instanceof ForesizeError)) throw error;
    throw badRequest(
      `Pod in version "v1" cannot be handled as a Pod: quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$': ${error.message}`,
    );
  }
}

function checkQuantities(
  list: 'limits' | 'requests',
  values: Readonly<Record<string, string>>,
): FieldError[] {
  return Object.entries(values).flatMap(([name, text]) =>
    text.trim().startsWith('-')
      ? [
          invalidField(
            `spec.containers[0].resources.${list}[${name}]`,
            text,
            'must be greater than or equal to 0',
          ),
        ]
      : [],
  );
}

function checkOrder({ limits, requests }: Requirements): FieldError[] {
  return (['cpu', 'memory'] as const).flatMap((name) => {
    const limit = limits[name];
    const request = requests[name];
    if (limit === undefined || request === undefined) return [];
    const parse = name === 'cpu' ? parseMilliCores : parseMemoryBytes;
    if (parse(request) <= parse(limit)) return [];
    const detail = `must be less than or equal to ${name} limit of ${limit}`;
    return [invalidField('spec.containers[0].resources.requests', request, detail)];
  });
}

function checkQos(pod: Pod, desired: Resources): FieldError[] {
  if (qosOf(desired) === pod.qosClass) return [];
  return [invalidField('spec', pod.qosClass, 'Pod QOS Class may not change as a result of resizing')];
}

/** The class of a pod with this one container (pkg/apis/core/v1/helper/qos). */
function qosOf(resources: Resources): QosClass {
  const { cpuLimitCores, cpuRequestCores, memoryLimitBytes, memoryRequestBytes } = resources;
  const set = [cpuLimitCores, cpuRequestCores, memoryLimitBytes, memoryRequestBytes].filter(Boolean);
  if (set.length === 0) return 'BestEffort';
  const guaranteed =
    set.length === 4 && cpuLimitCores === cpuRequestCores && memoryLimitBytes === memoryRequestBytes;
  return guaranteed ? 'Guaranteed' : 'Burstable';
}

function checkRemoved(before: Resources, after: Resources): FieldError[] {
  const path = 'spec.containers[0].resources';
  const gone = (keys: readonly (keyof Resources)[]): boolean =>
    keys.some((key) => before[key] !== null && after[key] === null);
  return [
    ...(gone(['cpuRequestCores', 'memoryRequestBytes'])
      ? [forbiddenField(`${path}.requests`, 'resource requests cannot be removed')]
      : []),
    ...(gone(['cpuLimitCores', 'memoryLimitBytes'])
      ? [forbiddenField(`${path}.limits`, 'resource limits cannot be removed')]
      : []),
  ];
}

function checkOthers(after: Requirements, policy: Json | undefined): FieldError[] {
  const names = [...Object.keys(after.limits), ...Object.keys(after.requests)];
  const known = names.every((name) => name === 'cpu' || name === 'memory');
  if (known && (policy === undefined || sameJson(policy, RESIZE_POLICY))) return [];
  return [forbiddenField('spec', 'only cpu and memory resources are mutable')];
}
