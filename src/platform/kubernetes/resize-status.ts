import type { V1Pod, V1PodCondition } from '@kubernetes/client-node';
import type { Resources } from '#core/usage/reading.ts';
import { parseRequirements } from './resources.ts';

/** What has become of a resize: in force, on its way, or held up for a reason. */
export interface ResizeStatus {
  readonly state: 'in-force' | 'in-progress' | 'held-up';
  /** Deferred, Infeasible, Error or InProgress; empty once in force. */
  readonly reason: string;
  /** For a person, beginning with the reason. */
  readonly detail: string;
}

/** The kernel counts CPU in shares of 1/1024 and periods of 100 ms: what is read back may be off by this much. */
const CPU_GRAIN_CORES = 0.002;
/** The kernel's limits are whole pages, 64 KiB on some machines. */
const MEMORY_GRAIN_BYTES = 65_536;

/** What becomes of each without anybody's doing. */
const PROSPECT: Readonly<Record<string, string>> = {
  Deferred: 'the kubelet applies it once there is room',
  Error: 'the kubelet tries again by itself',
};

/**
 * Reads the status of `container` against `to`. Conditions of an earlier generation of the pod are of an earlier resize
 * and count for nothing.
 */
export function resizeStatus(pod: V1Pod, container: string, to: Resources): ResizeStatus {
  const condition = resizeCondition(pod);
  if (condition) {
    const { reason, message } = condition;
    const state = reason === 'InProgress' ? 'in-progress' : 'held-up';
    return { state, reason, detail: explain(reason, message) };
  }
  if (isBehind(pod)) return inProgress('not yet seen by the kubelet');
  const status = pod.status?.containerStatuses?.find(({ name }) => name === container);
  return isNear(parseRequirements(status?.resources), to)
    ? { state: 'in-force', reason: '', detail: 'in force' }
    : inProgress('not yet in force');
}

/** The condition of a resize of this generation that is not in force; null without one. */
export function resizeCondition(pod: V1Pod): { reason: string; message: string } | null {
  const generation = pod.metadata?.generation;
  const pending = find(pod, 'PodResizePending', generation);
  if (pending) return { reason: pending.reason ?? 'Deferred', message: pending.message ?? '' };
  const progress = find(pod, 'PodResizeInProgress', generation);
  if (!progress) return null;
  const reason = progress.reason === 'Error' ? 'Error' : 'InProgress';
  return { reason, message: progress.message ?? '' };
}

type Observed = V1PodCondition & { readonly observedGeneration?: number };

function find(pod: V1Pod, type: string, generation: number | undefined): Observed | undefined {
  return pod.status?.conditions?.find(
    (candidate: Observed) =>
      candidate.type === type &&
      candidate.status === 'True' &&
      (generation === undefined || (candidate.observedGeneration ?? generation) >= generation),
  );
}

/** On its way, and why it is not in force. */
export function inProgress(why: string): ResizeStatus {
  return { state: 'in-progress', reason: 'InProgress', detail: `InProgress: ${why}` };
}

function isBehind(pod: V1Pod): boolean {
  const generation = pod.metadata?.generation;
  const observed = pod.status?.observedGeneration;
  return generation !== undefined && observed !== undefined && observed < generation;
}

/** `Deferred: Node didn't have enough resource: cpu (the kubelet applies it once there is room)` */
export function explain(reason: string, message: string): string {
  const prospect = PROSPECT[reason];
  const told = message === '' ? reason : `${reason}: ${message}`;
  return prospect === undefined ? told : `${told} (${prospect})`;
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
