import { ForesizeError } from '#core/errors/error.ts';
import type { Resources } from '#core/usage/reading.ts';
import { qosClassOf, requestAboveLimit } from './resources.ts';
import type { Pod } from './model.ts';

export interface NodeResources {
  readonly cpuCores: number;
  readonly memoryBytes: number;
}

/** Refuses what the API server refuses, in its words. Throws `resize-refused`. */
export function checkResize(pod: Pod, desired: Resources): void {
  const refuse = (why: string): never => {
    throw new ForesizeError('resize-refused', `Pod "${pod.name}" is invalid: ${why}`);
  };
  const where = 'spec.containers[0].resources';
  for (const [field, value] of Object.entries(desired) as [keyof Resources, number | null][]) {
    const kind = field.includes('Limit') ? 'limits' : 'requests';
    if (value === null && pod.desired[field] !== null) {
      refuse(`${where}.${kind}: Forbidden: resource ${kind} cannot be removed`);
    }
    if (value !== null && !(value >= 0))
      refuse(`${where}.${kind}: Invalid value: "${value}": must be non-negative`);
  }
  const excess = requestAboveLimit(desired);
  if (excess !== null) refuse(`${where}.requests: Invalid value: ${excess}`);
  const qosClass = qosClassOf(desired);
  if (qosClass !== pod.qosClass) {
    refuse(`spec: Invalid value: "${qosClass}": Pod QOS Class may not change as a result of resizing`);
  }
}

export interface Verdict {
  readonly reason: 'Infeasible' | 'Deferred';
  readonly message: string;
}

/**
 * Whether the node has room for the requests, in the kubelet's words: `Infeasible` if it never will, `Deferred` if the
 * others' requests leave too little; null if it fits. As for the kubelet, limits don't count.
 */
export function judgeRoom(
  desired: Resources,
  others: readonly Resources[],
  allocatable: NodeResources,
): Verdict | null {
  const ask = {
    cpu: Math.round((desired.cpuRequestCores ?? 0) * 1000),
    memory: desired.memoryRequestBytes ?? 0,
  };
  const have = { cpu: Math.round(allocatable.cpuCores * 1000), memory: allocatable.memoryBytes };
  const used = {
    cpu: Math.round(sum(others.map((other) => other.cpuRequestCores)) * 1000),
    memory: sum(others.map((other) => other.memoryRequestBytes)),
  };
  for (const name of ['memory', 'cpu'] as const) {
    if (ask[name] <= have[name]) continue;
    const message = `Node didn't have enough capacity: ${name}, requested: ${ask[name]}, capacity: ${have[name]}`;
    return { reason: 'Infeasible', message };
  }
  for (const name of ['memory', 'cpu'] as const) {
    if (ask[name] + used[name] <= have[name]) continue;
    const numbers = `requested: ${ask[name]}, used: ${used[name]}, capacity: ${have[name]}`;
    return { reason: 'Deferred', message: `Node didn't have enough resource: ${name}, ${numbers}` };
  }
  return null;
}

const sum = (values: readonly (number | null)[]): number =>
  values.reduce<number>((total, value) => total + (value ?? 0), 0);
