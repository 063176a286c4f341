import { ForesizeError } from '#core/errors/error.ts';
import { formatCpuCores, formatMemoryBytes, parseCpuCores, parseMemoryBytes } from '#core/units/quantity.ts';
import type { QosClass, Resources } from '#core/usage/reading.ts';
import type { FunctionSpec } from './model.ts';

/**
 * The resources that a spec asks for, with the API server's defaulting: a limit without a request is also the request.
 * Throws `quantity-invalid` with the function and the field.
 */
export function resourcesOf(spec: FunctionSpec): Resources {
  const read = (kind: 'limits' | 'requests', field: 'cpu' | 'memory'): number | null => {
    const text = spec[kind][field];
    if (text === undefined || text === '') return null;
    const where = `function ${spec.service}: ${kind}.${field}`;
    const value = parse(field, text, where);
    if (value < 0)
      throw new ForesizeError('quantity-invalid', `${where} is ${text}: it must not be negative`);
    // A limit of 0 is none, to a kubelet too.
    return kind === 'limits' && value === 0 ? null : value;
  };
  const [cpuLimitCores, memoryLimitBytes] = [read('limits', 'cpu'), read('limits', 'memory')];
  const resources = {
    cpuRequestCores: read('requests', 'cpu') ?? cpuLimitCores,
    cpuLimitCores,
    memoryRequestBytes: read('requests', 'memory') ?? memoryLimitBytes,
    memoryLimitBytes,
  };
  const excess = requestAboveLimit(resources);
  if (excess !== null)
    throw new ForesizeError('quantity-invalid', `function ${spec.service}: requests.${excess}`);
  return resources;
}

function parse(field: 'cpu' | 'memory', text: string, where: string): number {
  try {
    return field === 'cpu' ? parseCpuCores(text) : parseMemoryBytes(text);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new ForesizeError('quantity-invalid', `${where}: ${why}`, { cause: error });
  }
}

/** `cpu: 200m must be less than or equal to cpu limit of 100m`, or null where requests are within limits. */
export function requestAboveLimit(resources: Resources): string | null {
  const { cpuRequestCores, cpuLimitCores, memoryRequestBytes, memoryLimitBytes } = resources;
  const says = (name: string, request: string, limit: string): string =>
    `${name}: ${request} must be less than or equal to ${name} limit of ${limit}`;
  if (cpuRequestCores !== null && cpuLimitCores !== null && cpuRequestCores > cpuLimitCores) {
    return says('cpu', formatCpuCores(cpuRequestCores), formatCpuCores(cpuLimitCores));
  }
  if (memoryRequestBytes !== null && memoryLimitBytes !== null && memoryRequestBytes > memoryLimitBytes) {
    return says('memory', formatMemoryBytes(memoryRequestBytes), formatMemoryBytes(memoryLimitBytes));
  }
  return null;
}

/** Kubernetes' quality-of-service class of a pod with one container; zero counts as not set. */
export function qosClassOf(resources: Resources): QosClass {
  const pairs = [
    [resources.cpuRequestCores, resources.cpuLimitCores],
    [resources.memoryRequestBytes, resources.memoryLimitBytes],
  ] as const;
  const isSet = (value: number | null): boolean => value !== null && value > 0;
  if (!pairs.flat().some(isSet)) return 'BestEffort';
  return pairs.every(([request, limit]) => isSet(limit) && request === limit) ? 'Guaranteed' : 'Burstable';
}

export function sameResources(a: Resources, b: Resources): boolean {
  return (
    a.cpuRequestCores === b.cpuRequestCores &&
    a.cpuLimitCores === b.cpuLimitCores &&
    a.memoryRequestBytes === b.memoryRequestBytes &&
    a.memoryLimitBytes === b.memoryLimitBytes
  );
}
