import { ForesizeError } from '#core/errors/error.ts';
import type { Resources } from '#core/usage/reading.ts';
import type {
  Deployment,
  LocalWorkloads,
  LogLine,
  Pod,
  PodCounters,
  WorkloadEvent,
} from '../../../local/workloads/model.ts';

const MIB = 2 ** 20;

export const BURSTABLE: Resources = {
  cpuRequestCores: 0.05,
  cpuLimitCores: 0.1,
  memoryRequestBytes: 64 * MIB,
  memoryLimitBytes: 256 * MIB,
};

export function deploymentOf(name: string, resources = BURSTABLE, namespace = 'openfaas-fn'): Deployment {
  return {
    uid: `00000000-0000-4000-8000-${Buffer.from(name.padEnd(6, '.')).toString('hex').slice(0, 12)}`,
    spec: {
      service: name,
      namespace,
      image: `registry.example/${name}:1`,
      envProcess: '',
      envVars: { SECRET_SAUCE: 'not shown' },
      constraints: [],
      secrets: [],
      labels: { tier: 'demo' },
      annotations: { 'foresize/mode': 'apply' },
      limits: {},
      requests: {},
      readOnlyRootFilesystem: false,
    },
    resources,
    replicas: 1,
    createdAtMs: 1_700_000_000_000,
    generation: 1,
  };
}

export function podOf(deployment: Deployment, changes: Partial<Pod> = {}): Pod {
  const { service, namespace, labels, annotations } = deployment.spec;
  return {
    uid: `pod-of-${service}`,
    namespace,
    name: `${service}-5d4f8c7b9-abcde`,
    functionName: service,
    createdAtMs: 1_700_000_000_000,
    startedAtMs: 1_700_000_001_000,
    phase: 'Running',
    ready: true,
    readySinceMs: 1_700_000_002_000,
    restarts: 0,
    waiting: null,
    lastTermination: null,
    qosClass: 'Burstable',
    desired: deployment.resources,
    inForce: deployment.resources,
    generation: 1,
    observedGeneration: 1,
    conditions: [],
    labels: { ...labels, uid: '7' },
    annotations,
    port: 1,
    pid: 1,
    ...changes,
  };
}

export function countersOf(pod: Pod, changes: Partial<PodCounters> = {}): PodCounters {
  return {
    podUid: pod.uid,
    atMs: 1_700_000_010_000,
    startedAtMs: 1_700_000_001_000,
    cpuSeconds: 1.5,
    periods: 90,
    throttledPeriods: 30,
    throttledSeconds: 2.25,
    workingSetBytes: 50 * MIB,
    oomEvents: 0,
    limits: { cpuCores: pod.inForce.cpuLimitCores, memoryBytes: pod.inForce.memoryLimitBytes },
    ...changes,
  };
}

/** Pods as plain records: a resize is in force at once. */
export class WorkloadsInMemory implements LocalWorkloads {
  readonly nodeName = 'local';
  readonly enforcement = { kind: 'none', summary: 'nothing is enforced' } as const;
  readonly allocatable = { cpuCores: 2, memoryBytes: 4096 * MIB };
  readonly #deployments = new Map<string, Deployment>();
  readonly #pods = new Map<string, Pod>();
  readonly #listeners = new Set<(event: WorkloadEvent) => void>();
  #counters: readonly PodCounters[] = [];
  resizes = 0;
  readonly #lines: LogLine[] = [];

  add(deployment: Deployment, ...pods: Pod[]): void {
    this.#deployments.set(`${deployment.spec.namespace}/${deployment.spec.service}`, deployment);
    this.#emit({ kind: 'deployment', change: 'added', deployment });
    for (const pod of pods) this.put(pod);
  }

  put(pod: Pod): void {
    const key = `${pod.namespace}/${pod.name}`;
    const change = this.#pods.has(key) ? 'updated' : 'added';
    this.#pods.set(key, pod);
    this.#emit({ kind: 'pod', change, pod });
  }

  drop(pod: Pod): void {
    this.#pods.delete(`${pod.namespace}/${pod.name}`);
    this.#emit({ kind: 'pod', change: 'removed', pod });
  }

  count(...counters: PodCounters[]): void {
    this.#counters = counters;
  }

  get listeners(): number {
    return this.#listeners.size;
  }

  deployments(namespace?: string): readonly Deployment[] {
    return [...this.#deployments.values()].filter(
      ({ spec }) => namespace === undefined || spec.namespace === namespace,
    );
  }

  deployment(namespace: string, name: string): Deployment | undefined {
    return this.#deployments.get(`${namespace}/${name}`);
  }

  pods(namespace?: string): readonly Pod[] {
    return [...this.#pods.values()].filter((pod) => namespace === undefined || pod.namespace === namespace);
  }

  pod(namespace: string, name: string): Pod | undefined {
    return this.#pods.get(`${namespace}/${name}`);
  }

  resize(namespace: string, name: string, desired: Resources): Pod {
    const pod = this.pod(namespace, name);
    if (!pod) throw new ForesizeError('function-not-found', `pod ${name} does not exist`);
    if ((desired.cpuLimitCores ?? 0) > 64) {
      throw new ForesizeError('resize-refused', `pod ${name}: 64 cores is the most there is`);
    }
    this.resizes += 1;
    const generation = pod.generation + 1;
    const resized = { ...pod, desired, inForce: desired, generation, observedGeneration: generation };
    this.put(resized);
    return resized;
  }

  counters(): readonly PodCounters[] {
    return this.#counters;
  }

  subscribe(listener: (event: WorkloadEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  write(...lines: readonly LogLine[]): void {
    this.#lines.push(...lines);
    for (const line of lines) this.#emit({ kind: 'log', line });
  }

  logs(namespace: string, name: string): readonly LogLine[] {
    return this.#lines.filter((line) => line.namespace === namespace && line.name === name);
  }

  deploy = unused;
  update = unused;
  remove = unused;
  scale = unused;
  lease = unused;
  stop = unused;

  #emit(event: WorkloadEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}

function unused(): never {
  throw new Error('not part of these tests');
}
