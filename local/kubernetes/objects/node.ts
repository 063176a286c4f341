import { arch, platform, release } from 'node:os';
import { formatMemoryBytes } from '#core/units/quantity.ts';
import type { LocalWorkloads } from '../../workloads/model.ts';
import type { JsonObject } from '../json.ts';
import { toTime } from '../quantities.ts';
import { KUBERNETES_VERSION } from '../version.ts';
import { derivedUid } from './identifiers.ts';

const MAX_PODS = '110';
const PRESSURES = ['MemoryPressure', 'DiskPressure', 'PIDPressure'] as const;
const NO_EVICTION = 'the local platform evicts no pods';

/** This machine as a node. */
export function toNodeObject(
  workloads: LocalWorkloads,
  startedAtMs: number,
  resourceVersion: string,
): JsonObject {
  const { nodeName, allocatable, enforcement } = workloads;
  const resources = {
    cpu: `${Math.floor(allocatable.cpuCores * 1000)}m`.replace(/000m$/, ''),
    memory: formatMemoryBytes(allocatable.memoryBytes),
    pods: MAX_PODS,
  };
  return {
    kind: 'Node',
    apiVersion: 'v1',
    metadata: {
      name: nodeName,
      uid: derivedUid('node', nodeName),
      resourceVersion,
      creationTimestamp: toTime(startedAtMs),
      labels: {
        'kubernetes.io/hostname': nodeName,
        'kubernetes.io/os': platform(),
        'kubernetes.io/arch': goArchitecture(),
      },
      annotations: { 'foresize.local/enforcement': enforcement.kind },
    },
    spec: {},
    status: {
      capacity: resources,
      allocatable: resources,
      conditions: [
        ...PRESSURES.map((type) => condition(type, 'False', 'NoEviction', NO_EVICTION, startedAtMs)),
        condition('Ready', 'True', 'KubeletReady', enforcement.summary, startedAtMs),
      ],
      addresses: [
        { type: 'InternalIP', address: '127.0.0.1' },
        { type: 'Hostname', address: nodeName },
      ],
      nodeInfo: nodeInfo(nodeName),
    },
  };
}

function condition(
  type: string,
  status: 'True' | 'False',
  reason: string,
  message: string,
  sinceMs: number,
): JsonObject {
  const since = toTime(sinceMs);
  return { type, status, reason, message, lastHeartbeatTime: since, lastTransitionTime: since };
}

function nodeInfo(nodeName: string): JsonObject {
  const id = derivedUid('machine', nodeName);
  return {
    machineID: id,
    systemUUID: id,
    bootID: id,
    kernelVersion: release(),
    osImage: 'local platform',
    containerRuntimeVersion: `node://${process.versions.node}`,
    kubeletVersion: KUBERNETES_VERSION,
    kubeProxyVersion: '',
    operatingSystem: platform(),
    architecture: goArchitecture(),
  };
}

function goArchitecture(): string {
  return arch() === 'x64' ? 'amd64' : arch();
}
