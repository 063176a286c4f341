import type { Deployment, LocalWorkloads, Pod } from '../../../local/workloads/model.ts';
import { ForesizeError } from '#core/errors/error.ts';
import { NO_RESOURCES } from '../../support/no-resources.ts';

/** A function of the cluster, and where its Service answers. */
export interface ServedFunction {
  readonly name: string;
  readonly origin: string;
  readonly annotations: Readonly<Record<string, string>>;
}

function refuse(): never {
  throw new Error('this gateway only calls functions');
}

/** The part of the local platform's workloads that calls and schedules need, over the Services of a cluster. */
export function clusterWorkloads(namespace: string, functions: readonly ServedFunction[]): LocalWorkloads {
  const byName = new Map(functions.map((one) => [one.name, one]));
  const deployments = functions.map((one) => deploymentOf(namespace, one));
  return {
    nodeName: '',
    enforcement: { kind: 'none', summary: 'the cluster enforces' },
    allocatable: { cpuCores: 0, memoryBytes: 0 },
    deployments: () => deployments,
    deployment: (_namespace, name) => deployments.find(({ spec }) => spec.service === name),
    lease: (_namespace, name) => {
      const found = byName.get(name);
      return found === undefined
        ? Promise.reject(new ForesizeError('function-not-found', `function ${name} does not exist`))
        : Promise.resolve({ pod: podOf(namespace, name), origin: found.origin, release: () => undefined });
    },
    pods: () => [],
    pod: () => undefined,
    counters: () => [],
    logs: () => [],
    subscribe: () => () => undefined,
    stop: () => Promise.resolve(),
    deploy: refuse,
    update: refuse,
    remove: refuse,
    scale: refuse,
    resize: refuse,
  };
}

function deploymentOf(namespace: string, { name, annotations }: ServedFunction): Deployment {
  return {
    uid: name,
    spec: {
      service: name,
      namespace,
      image: '',
      envProcess: '',
      envVars: {},
      constraints: [],
      secrets: [],
      labels: {},
      annotations,
      limits: {},
      requests: {},
      readOnlyRootFilesystem: false,
    },
    resources: NO_RESOURCES,
    replicas: 1,
    createdAtMs: 0,
    generation: 1,
  };
}

/** The Service chooses among the pods: this stands for whichever it is. */
function podOf(namespace: string, functionName: string): Pod {
  return {
    uid: '',
    namespace,
    name: functionName,
    functionName,
    createdAtMs: 0,
    startedAtMs: 0,
    phase: 'Running',
    ready: true,
    readySinceMs: 0,
    restarts: 0,
    waiting: null,
    lastTermination: null,
    qosClass: 'Burstable',
    desired: NO_RESOURCES,
    inForce: NO_RESOURCES,
    generation: 1,
    observedGeneration: 1,
    conditions: [],
    labels: {},
    annotations: {},
    port: 8080,
    pid: null,
  };
}
