import type { V1Pod, V1PodCondition } from '@kubernetes/client-node';
import type { Resources } from '#core/usage/reading.ts';
import { parseRequirements } from './resources.ts';

/** What has become of a resize: in force, on its way, or held up for a reason. */
export interface ResizeStatus {
  readonly state: 'in-force' | 'in-progress' | 'held-up';
  readonly detail: string;
}

/** The kernel counts CPU in shares of 1/1024 and periods of 100 ms: what is read back may be off by this much. */
const CPU_GRAIN_CORES = 0.002;
/** The kernel's limits are whole pages, 64 KiB on some machines. */
const MEMORY_GRAIN_BYTES = 65_536;

/**
 * Reads the status of `container` against `to`. Conditions of an earlier generation of the pod are of an earlier resize
 * and count for nothing.
 */
export function resizeStatus(pod: V1Pod, container: string, to: Resources): ResizeStatus {
  const generation = pod.metadata?.generation;
  const held = condition(pod, 'PodResizePending', generation);
  if (held) return { state: 'held-up', detail: explain(held, 'Deferred') };
  const progress = condition(pod, 'PodResizeInProgress', generation);
  if (progress?.reason === 'Error') return { state: 'held-up', detail: explain(progress, 'Error') };
  if (progress) return { state: 'in-progress', detail: explain(progress, 'InProgress') };
  if (isBehind(pod, generation))
    return { state: 'in-progress', detail: 'InProgress: not yet seen by the kubelet' };
  const status = pod.status?.containerStatuses?.find(({ name }) => name === container);
  const inForce = parseRequirements(status?.resources);
  return isNear(inForce, to)
    ? { state: 'in-force', detail: 'in force' }
    : { state: 'in-progress', detail: 'InProgress: not yet in force' };
}

type Observed = V1PodCondition & { readonly observedGeneration?: number };

function condition(pod: V1Pod, type: string, generation: number | undefined): Observed | undefined {
  return pod.status?.conditions?.find(
    (candidate: Observed) =>
      candidate.type === type &&
      candidate.status === 'True' &&
      (generation === undefined || (candidate.observedGeneration ?? generation) >= generation),
  );
}

function isBehind(pod: V1Pod, generation: number | undefined): boolean {
  const observed = pod.status?.observedGeneration;
  return generation !== undefined && observed !== undefined && observed < generation;
}

function explain({ reason, message }: V1PodCondition, otherwise: string): string {
  return message ? `${reason ?? otherwise}: ${message}` : (reason ?? otherwise);
}

function isNear(inForce: Resources, to: Resources): boolean {
  const near = (have: number | null, want: number | null, grain: number): boolean =>
    want === null || (have !== null && Math.abs(have - want) <= grain);
  return (
    near(inForce.cpuRequestCores, to.cpuRequestCores, CPU_GRAIN_CORES) &&
    near(inForce.cpuLimitCores, to.cpuLimitCores, CPU_GRAIN_CORES) &&
    near(inForce.memoryRequestBytes, to.memoryRequestBytes, MEMORY_GRAIN_BYTES) &&
    near(inForce.memoryLimitBytes, to.memoryLimitBytes, MEMORY_GRAIN_BYTES)
  );
}
