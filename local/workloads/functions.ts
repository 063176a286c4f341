import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { ForesizeError } from '#core/errors/error.ts';
import type { Resources } from '#core/usage/reading.ts';
import { startSampling } from '../measurement/sampler.ts';
import { FunctionReplicas, notFound, type FunctionPorts, type Wanted } from './function-replicas.ts';
import type {
  Deployment,
  Enforcement,
  FunctionSpec,
  Lease,
  LocalWorkloads,
  LogLine,
  Pod,
  PodCounters,
  WorkloadEvent,
} from './model.ts';
import type { Node } from './node.ts';
import { checkSecrets } from './pod-directory.ts';
import type { Replica } from './replica.ts';
import { checkResize, type NodeResources } from './resize-rules.ts';
import { resourcesOf } from './resources.ts';

const keyOf = (namespace: string, name: string): string => `${namespace}/${name}`;

/** All functions of the node, behind the port that the gateway and the Kubernetes API use. */
export class Functions implements LocalWorkloads {
  readonly nodeName: string;
  readonly enforcement: Enforcement;
  readonly allocatable: NodeResources;
  readonly #node: Node;
  readonly #functions = new Map<string, FunctionReplicas>();
  /** Removed, but not yet ended. */
  readonly #leaving = new Set<FunctionReplicas>();
  readonly #listeners = new Set<(event: WorkloadEvent) => void>();
  readonly #ports: FunctionPorts;
  readonly #stopSampling: () => void;
  #stopped: Promise<void> | null = null;

  constructor(node: Node, nodeName: string) {
    this.#node = node;
    this.nodeName = nodeName;
    this.enforcement = node.limiter.enforcement;
    this.allocatable = node.allocatable;
    this.#ports = {
      emit: (event) => {
        for (const listener of this.#listeners) listener(event);
      },
      neighbours: (besides) =>
        this.#replicas()
          .filter((replica) => replica !== besides)
          .map(({ inForce }) => inForce),
    };
    this.#stopSampling = startSampling({
      periodMs: node.settings.housekeepingMs,
      targets: () => this.#replicas().map(sampleAndReconcile),
      log: node.settings.log,
    });
  }

  deploy(spec: FunctionSpec): Deployment {
    const key = keyOf(spec.namespace, spec.service);
    if (this.#functions.has(key)) {
      throw new ForesizeError(
        'function-exists',
        `function ${spec.service} exists already in namespace ${spec.namespace}`,
      );
    }
    const made = new FunctionReplicas(this.#node, this.#ports, this.#resolve(spec));
    this.#functions.set(key, made);
    return this.#announce('added', made);
  }

  update(spec: FunctionSpec): Deployment {
    const found = this.#find(spec.namespace, spec.service);
    found.update(this.#resolve(spec));
    return this.#announce('updated', found);
  }

  remove(namespace: string, name: string): void {
    const found = this.#find(namespace, name);
    this.#functions.delete(keyOf(namespace, name));
    this.#leaving.add(found);
    this.#announce('removed', found);
    void found.remove(this.#node.settings.graceMs, true).then(() => this.#leaving.delete(found));
  }

  scale(namespace: string, name: string, replicas: number): Deployment {
    if (!Number.isInteger(replicas) || replicas < 0) {
      throw new ForesizeError(
        'request-invalid',
        `replicas of ${name} must be a whole number, not ${replicas}`,
      );
    }
    const found = this.#find(namespace, name);
    found.scale(replicas);
    return this.#announce('updated', found);
  }

  deployments(namespace?: string): readonly Deployment[] {
    const all = [...this.#functions.values()].map(({ deployment }) => deployment);
    return all.filter(({ spec }) => namespace === undefined || spec.namespace === namespace);
  }

  deployment(namespace: string, name: string): Deployment | undefined {
    return this.#functions.get(keyOf(namespace, name))?.deployment;
  }

  pods(namespace?: string): readonly Pod[] {
    const all = this.#replicas().map((replica) => replica.snapshot());
    return all.filter((pod) => namespace === undefined || pod.namespace === namespace);
  }

  pod(namespace: string, name: string): Pod | undefined {
    return this.pods(namespace).find((pod) => pod.name === name);
  }

  resize(namespace: string, podName: string, desired: Resources): Pod {
    const replica = this.#replicas().find(({ name }) => name === podName);
    const pod = replica?.snapshot();
    if (!replica || pod?.namespace !== namespace) {
      throw new ForesizeError('pod-not-found', `pods "${podName}" not found in namespace ${namespace}`);
    }
    checkResize(pod, desired);
    replica.resize(desired);
    return replica.snapshot();
  }

  async lease(namespace: string, name: string, signal: AbortSignal): Promise<Lease> {
    return this.#find(namespace, name).lease(signal);
  }

  counters(): readonly PodCounters[] {
    return this.#replicas().flatMap(({ counters }) => counters ?? []);
  }

  logs(namespace: string, name: string): readonly LogLine[] {
    return this.#find(namespace, name).log.lines();
  }

  subscribe(listener: (event: WorkloadEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  async #stop(): Promise<void> {
    this.#stopSampling();
    const { settings, limiter, registry } = this.#node;
    const all = [...this.#functions.values(), ...this.#leaving];
    await Promise.all(all.map((replicas) => replicas.remove(settings.stopGraceMs, false)));
    this.#functions.clear();
    await limiter.close();
    rmSync(join(settings.stateDirectory, 'pods'), { recursive: true, force: true });
    registry.close();
  }

  #replicas(): Replica[] {
    return [...this.#functions.values(), ...this.#leaving].flatMap(({ replicas }) => replicas);
  }

  #find(namespace: string, name: string): FunctionReplicas {
    const found = this.#functions.get(keyOf(namespace, name));
    if (!found) throw notFound(namespace, name);
    return found;
  }

  /** All that can be wrong with a spec is found here, before anything changes. */
  #resolve(spec: FunctionSpec): Wanted {
    const { images, secrets } = this.#node.settings;
    const image = images.get(spec.image);
    if (!image) {
      const known = [...images.keys()].join(', ') || 'none';
      throw new ForesizeError(
        'image-unknown',
        `function ${spec.service}: image ${spec.image} is not known here; known images: ${known}`,
      );
    }
    checkSecrets(spec, secrets);
    return { spec, image, resources: resourcesOf(spec) };
  }

  #announce(change: 'added' | 'updated' | 'removed', { deployment }: FunctionReplicas): Deployment {
    this.#ports.emit({ kind: 'deployment', change, deployment });
    return deployment;
  }
}

const sampleAndReconcile = (replica: Replica): { sample(): Promise<void> } => ({
  async sample() {
    await replica.sample();
    replica.reconcile();
  },
});
