import type { V1ContainerStatus, V1Pod } from '@kubernetes/client-node';
import type { LiveFunction } from '#core/chain/ports.ts';
import type { PodFacts, QosClass, Resources } from '#core/usage/reading.ts';
import { resizeCondition } from './resize-status.ts';
import { parseRequirements, qosClassOf } from './resources.ts';

/** The label faas-netes puts on a function's Deployment and pods. */
export const FUNCTION_LABEL = 'faas_function';

/** A function's pod; null for one that is ending, has ended, or is no function's. Throws `quantity-invalid`. */
export function toPodFacts(pod: V1Pod): PodFacts | null {
  const functionName = pod.metadata?.labels?.[FUNCTION_LABEL];
  return functionName === undefined ? null : podFactsAs(pod, functionName, functionName);
}

/**
 * A pod as that of a function of this name: its container so called, or the first. Null for one that is ending or has
 * ended. Throws `quantity-invalid`.
 */
export function podFactsAs(pod: V1Pod, functionName: string, containerName: string): PodFacts | null {
  const container =
    pod.spec?.containers.find(({ name }) => name === containerName) ?? pod.spec?.containers[0];
  if (container === undefined || isOver(pod)) return null;
  const status = pod.status?.containerStatuses?.find(({ name }) => name === container.name);
  const desired = parseRequirements(container.resources);
  const ready = pod.status?.conditions?.find(({ type }) => type === 'Ready');
  const isReady = ready?.status === 'True';
  return {
    namespace: pod.metadata?.namespace ?? '',
    functionName,
    pod: pod.metadata?.name ?? '',
    container: container.name,
    uid: pod.metadata?.uid ?? '',
    node: pod.spec?.nodeName ?? null,
    qosClass: toQosClass(pod.status?.qosClass) ?? qosClassOf(desired),
    ready: isReady,
    readySinceMs: isReady ? toMs(ready.lastTransitionTime) : null,
    startedAtMs: toMs(status?.state?.running?.startedAt),
    restarts: status?.restartCount ?? 0,
    lastTermination: lastTermination(status),
    desired,
    // Before the container runs, and on kubelets that do not resize, the status has none: the specification is in force.
    inForce: status?.resources === undefined ? desired : parseRequirements(status.resources),
    resize: resizeCondition(pod),
  };
}

/** What stands for all pods of a function in a change, under the name `pod`: these sizes are desired and in force. */
export function standInPod({ namespace, name, uid }: LiveFunction, pod: string, sizes: Resources): PodFacts {
  return {
    namespace,
    functionName: name,
    pod,
    container: name,
    uid,
    node: null,
    qosClass: 'Burstable',
    ready: true,
    readySinceMs: null,
    startedAtMs: null,
    restarts: 0,
    lastTermination: null,
    desired: sizes,
    inForce: sizes,
  };
}

function isOver(pod: V1Pod): boolean {
  const phase = pod.status?.phase;
  return pod.metadata?.deletionTimestamp !== undefined || phase === 'Succeeded' || phase === 'Failed';
}

/** While a container waits to be restarted, how it ended is in `state`; once it runs again, in `lastState`. */
function lastTermination(status: V1ContainerStatus | undefined): PodFacts['lastTermination'] {
  const terminated = status?.state?.terminated ?? status?.lastState?.terminated;
  if (terminated === undefined) return null;
  return {
    reason: terminated.reason ?? 'Error',
    exitCode: terminated.exitCode,
    atMs: toMs(terminated.finishedAt) ?? 0,
  };
}

function toQosClass(text: string | undefined): QosClass | null {
  return text === 'Guaranteed' || text === 'Burstable' || text === 'BestEffort' ? text : null;
}

function toMs(date: Date | undefined): number | null {
  if (date === undefined) return null;
  const ms = date.getTime();
  return Number.isNaN(ms) ? null : ms;
}
