import type { V1ResourceRequirements } from '@kubernetes/client-node';
import { formatCpuCores, formatMemoryBytes, parseCpuCores, parseMemoryBytes } from '#core/units/quantity.ts';
import type { QosClass, Resources } from '#core/usage/reading.ts';

export type Requirements = Pick<V1ResourceRequirements, 'requests' | 'limits'>;

/** Cores and bytes of a container's requirements. Throws `quantity-invalid`. */
export function parseRequirements(requirements: Requirements | undefined): Resources {
  const { requests, limits } = requirements ?? {};
  return {
    cpuRequestCores: parseIfSet(requests?.cpu, parseCpuCores),
    cpuLimitCores: parseIfSet(limits?.cpu, parseCpuCores),
    memoryRequestBytes: parseIfSet(requests?.memory, parseMemoryBytes),
    memoryLimitBytes: parseIfSet(limits?.memory, parseMemoryBytes),
  };
}

/** A quantity in base units; null where there is none. Throws `quantity-invalid`. */
export function parseIfSet(text: string | undefined, parse: (text: string) => number): number | null {
  return text === undefined ? null : parse(text);
}

/** What is to be written for one of the two resources; absent where it already stands so. */
export function cpuChange(from: Resources, to: Resources): Requirements | null {
  return change(
    'cpu',
    formatCpuCores,
    [from.cpuRequestCores, to.cpuRequestCores],
    [from.cpuLimitCores, to.cpuLimitCores],
  );
}

/** See `cpuChange`. */
export function memoryChange(from: Resources, to: Resources): Requirements | null {
  return change(
    'memory',
    formatMemoryBytes,
    [from.memoryRequestBytes, to.memoryRequestBytes],
    [from.memoryLimitBytes, to.memoryLimitBytes],
  );
}

/** Whether anything is to be written. null in `to` leaves what is there: a resize cannot take a limit away. */
export function differs(from: Resources, to: Resources): boolean {
  return cpuChange(from, to) !== null || memoryChange(from, to) !== null;
}

type Pair = readonly [from: number | null, to: number | null];

function change(
  resource: string,
  format: (value: number) => string,
  request: Pair,
  limit: Pair,
): Requirements | null {
  const requests = written(request, format);
  const limits = written(limit, format);
  if (requests === null && limits === null) return null;
  return {
    ...(requests === null ? {} : { requests: { [resource]: requests } }),
    ...(limits === null ? {} : { limits: { [resource]: limits } }),
  };
}

/** Values count as equal when they would be written alike: `0.2` is `200m`, and 0.2001 cores are 201m. */
function written([from, to]: Pair, format: (value: number) => string): string | null {
  if (to === null) return null;
  return from !== null && format(from) === format(to) ? null : format(to);
}

/** `from` with the values of `to` that are set. */
export function merged(from: Resources, to: Resources): Resources {
  return {
    cpuRequestCores: to.cpuRequestCores ?? from.cpuRequestCores,
    cpuLimitCores: to.cpuLimitCores ?? from.cpuLimitCores,
    memoryRequestBytes: to.memoryRequestBytes ?? from.memoryRequestBytes,
    memoryLimitBytes: to.memoryLimitBytes ?? from.memoryLimitBytes,
  };
}

/** QoS class of a pod with this one container (k8s.io/kubernetes/pkg/apis/core/v1/helper/qos/qos.go). */
export function qosClassOf(resources: Resources): QosClass {
  const { cpuRequestCores, cpuLimitCores, memoryRequestBytes, memoryLimitBytes } = resources;
  const values = [cpuRequestCores, cpuLimitCores, memoryRequestBytes, memoryLimitBytes];
  if (values.every((value) => value === null || value === 0)) return 'BestEffort';
  const guaranteed =
    cpuLimitCores !== null &&
    memoryLimitBytes !== null &&
    (cpuRequestCores ?? cpuLimitCores) === cpuLimitCores &&
    (memoryRequestBytes ?? memoryLimitBytes) === memoryLimitBytes;
  return guaranteed ? 'Guaranteed' : 'Burstable';
}

/** The values of one metric; null elsewhere. */
export function only(metric: 'cpu' | 'memory', resources: Resources): Resources {
  return metric === 'cpu'
    ? { ...resources, memoryRequestBytes: null, memoryLimitBytes: null }
    : { ...resources, cpuRequestCores: null, cpuLimitCores: null };
}
