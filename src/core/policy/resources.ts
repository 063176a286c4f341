import type { Step } from '../messages/decision.ts';
import { formatCpuCores, formatMemoryBytes } from '../units/quantity.ts';
import type { QosClass, Resources } from '../usage/reading.ts';

export type ResourceName = NonNullable<Step['resource']>;
export type Metric = 'cpu' | 'memory';

interface ResourceKind {
  readonly field: keyof Resources;
  readonly metric: Metric;
  readonly isLimit: boolean;
  readonly label: string;
}

const KINDS = {
  'cpu-limit': { field: 'cpuLimitCores', metric: 'cpu', isLimit: true, label: 'CPU limit' },
  'cpu-request': { field: 'cpuRequestCores', metric: 'cpu', isLimit: false, label: 'CPU request' },
  'memory-limit': { field: 'memoryLimitBytes', metric: 'memory', isLimit: true, label: 'memory limit' },
  'memory-request': {
    field: 'memoryRequestBytes',
    metric: 'memory',
    isLimit: false,
    label: 'memory request',
  },
} as const satisfies Record<ResourceName, ResourceKind>;

/** In the order in which rules and reasons take them. */
export const RESOURCE_NAMES = [
  'cpu-limit',
  'cpu-request',
  'memory-limit',
  'memory-request',
] as const satisfies readonly ResourceName[];

/** The smallest step of a resource: the kubelet's millicore, and one MiB so that sizes stay readable. */
export const UNIT = { cpu: 0.001, memory: 2 ** 20 } as const;

export function kindOf(name: ResourceName): ResourceKind {
  return KINDS[name];
}

export function valueOf(resources: Resources, name: ResourceName): number | null {
  return resources[KINDS[name].field];
}

export function withValue(resources: Resources, name: ResourceName, value: number): Resources {
  return { ...resources, [KINDS[name].field]: value };
}

export function isSame(left: Resources, right: Resources): boolean {
  return RESOURCE_NAMES.every((name) => valueOf(left, name) === valueOf(right, name));
}

/** Up to a whole millicore or MiB; 1e-6 of a unit forgives binary fractions, so that 0.1 × 3 stays 300m. */
export function roundUp(metric: Metric, value: number): number {
  const unit = Math.ceil(value / UNIT[metric] - 1e-6);
  return metric === 'cpu' ? unit / 1000 : unit * UNIT.memory;
}

/** Down to a whole millicore, with the same forgiveness, or MiB, without: bytes are whole numbers. */
export function roundDown(metric: Metric, value: number): number {
  if (metric === 'cpu') return Math.floor(value / UNIT.cpu + 1e-6) / 1000;
  return Math.floor(value / UNIT.memory) * UNIT.memory;
}

/** `100m` or `40Mi`; memory that is no whole MiB is rounded up to one, since people read this. */
export function formatValue(metric: Metric, value: number): string {
  if (metric === 'cpu') return formatCpuCores(value);
  return formatMemoryBytes(value < UNIT.memory ? value : roundUp('memory', value));
}

export function formatResource(name: ResourceName, value: number): string {
  return formatValue(KINDS[name].metric, value);
}

/** What changes when `resource` does: in a Guaranteed pod the request is the limit, and follows it. */
export function changedWith(qosClass: QosClass, resource: ResourceName): readonly ResourceName[] {
  const { metric, isLimit } = KINDS[resource];
  return isLimit && qosClass === 'Guaranteed' ? [resource, `${metric}-request`] : [resource];
}

export const changesRequest = (qosClass: QosClass, resource: ResourceName): boolean =>
  changedWith(qosClass, resource).some((name) => !KINDS[name].isLimit);

/** QoS class of a pod with one container of these resources. */
export function qosClassOf(resources: Resources): QosClass {
  const values = RESOURCE_NAMES.map((name) => valueOf(resources, name));
  if (values.every((value) => value === null)) return 'BestEffort';
  const guaranteed =
    resources.cpuLimitCores !== null &&
    resources.memoryLimitBytes !== null &&
    resources.cpuRequestCores === resources.cpuLimitCores &&
    resources.memoryRequestBytes === resources.memoryLimitBytes;
  return guaranteed ? 'Guaranteed' : 'Burstable';
}
