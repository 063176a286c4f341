import type { Deployment, Pod, PodCondition } from '../../workloads/model.ts';
import type { Json, JsonObject } from '../json.ts';
import { toRequests, toRequirements, toTime } from '../quantities.ts';
import { containerId, derivedUid, replicaSetName } from './identifiers.ts';

/** What a pod's object needs that the pod itself does not carry. */
export interface PodSurroundings {
  readonly nodeName: string;
  readonly resourceVersion: string;
  readonly deployment: Deployment | undefined;
}

/** Nothing is restarted for a resize. */
export const RESIZE_POLICY: Json = [
  { resourceName: 'cpu', restartPolicy: 'NotRequired' },
  { resourceName: 'memory', restartPolicy: 'NotRequired' },
];

/** The pod as `GET /api/v1/namespaces/NS/pods/NAME` shows it. */
export function toPodObject(pod: Pod, around: PodSurroundings): JsonObject {
  return {
    kind: 'Pod',
    apiVersion: 'v1',
    metadata: podMetadata(pod, around),
    spec: podSpec(pod, around),
    status: podStatus(pod, around),
  };
}

function podMetadata(pod: Pod, around: PodSurroundings): JsonObject {
  const owner = replicaSetName(pod.name);
  return {
    name: pod.name,
    generateName: `${owner}-`,
    namespace: pod.namespace,
    uid: pod.uid,
    resourceVersion: around.resourceVersion,
    generation: pod.generation,
    creationTimestamp: toTime(pod.createdAtMs),
    labels: { ...pod.labels, faas_function: pod.functionName },
    annotations: { ...pod.annotations },
    ownerReferences: [
      {
        apiVersion: 'apps/v1',
        kind: 'ReplicaSet',
        name: owner,
        uid: derivedUid('replicaset', pod.namespace, owner),
        controller: true,
        blockOwnerDeletion: true,
      },
    ],
  };
}

function podSpec(pod: Pod, around: PodSurroundings): JsonObject {
  return {
    containers: [
      {
        name: pod.functionName,
        image: imageOf(around),
        ports: [{ name: 'http', containerPort: 8080, protocol: 'TCP' }],
        resources: toRequirements(pod.desired),
        resizePolicy: RESIZE_POLICY,
      },
    ],
    restartPolicy: 'Always',
    nodeName: around.nodeName,
  };
}

function podStatus(pod: Pod, around: PodSurroundings): JsonObject {
  return {
    phase: pod.phase,
    qosClass: pod.qosClass,
    observedGeneration: pod.observedGeneration,
    hostIP: '127.0.0.1',
    podIP: '127.0.0.1',
    podIPs: [{ ip: '127.0.0.1' }],
    startTime: toTime(pod.createdAtMs),
    conditions: podConditions(pod),
    containerStatuses: [containerStatus(pod, around)],
  };
}

function imageOf(around: PodSurroundings): string {
  return around.deployment?.spec.image ?? '';
}

function podConditions(pod: Pod): JsonObject[] {
  const own = pod.conditions.filter((condition) => condition.type !== 'Ready');
  const reported = pod.conditions.find((condition) => condition.type === 'Ready');
  const changedAt = toTime(pod.readySinceMs ?? reported?.changedAtMs ?? pod.createdAtMs);
  const readiness = {
    status: pod.ready ? 'True' : 'False',
    ...(!pod.ready && {
      reason: 'ContainersNotReady',
      message: `containers with unready status: [${pod.functionName}]`,
    }),
    observedGeneration: pod.observedGeneration,
    lastTransitionTime: changedAt,
  };
  return [
    ...own.map(toCondition),
    { type: 'PodScheduled', status: 'True', lastTransitionTime: toTime(pod.createdAtMs) },
    { type: 'ContainersReady', ...readiness },
    { type: 'Ready', ...readiness },
  ];
}

function toCondition(condition: PodCondition): JsonObject {
  return {
    type: condition.type,
    status: condition.status,
    ...(condition.reason !== '' && { reason: condition.reason }),
    ...(condition.message !== '' && { message: condition.message }),
    observedGeneration: condition.observedGeneration,
    lastTransitionTime: toTime(condition.changedAtMs),
  };
}

function containerStatus(pod: Pod, around: PodSurroundings): JsonObject {
  return {
    name: pod.functionName,
    image: imageOf(around),
    imageID: imageOf(around),
    containerID: `foresize://${containerId(pod.uid, pod.restarts)}`,
    ready: pod.ready,
    started: pod.readySinceMs !== null,
    restartCount: pod.restarts,
    state: containerState(pod),
    lastState: lastState(pod),
    resources: toRequirements(pod.inForce),
    allocatedResources: toRequests(pod.inForce),
  };
}

function containerState(pod: Pod): JsonObject {
  if (pod.waiting !== null) return { waiting: { reason: pod.waiting } };
  if (pod.startedAtMs !== null) return { running: { startedAt: toTime(pod.startedAtMs) } };
  return { waiting: { reason: 'ContainerCreating' } };
}

function lastState(pod: Pod): JsonObject {
  if (pod.lastTermination === null) return {};
  const { reason, exitCode, startedAtMs, atMs } = pod.lastTermination;
  return {
    terminated: {
      reason,
      exitCode,
      startedAt: toTime(startedAtMs),
      finishedAt: toTime(atMs),
      containerID: `foresize://${containerId(pod.uid, Math.max(0, pod.restarts - 1))}`,
    },
  };
}
