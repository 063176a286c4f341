import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Resources } from '#core/usage/reading.ts';
import type { Image } from '../images/image.ts';
import { BackOff } from './back-off.ts';
import { Container } from './container.ts';
import type { FunctionSpec, Pod, PodCounters } from './model.ts';
import type { Node } from './node.ts';
import { makePodDirectory } from './pod-directory.ts';
import { qosClassOf, sameResources } from './resources.ts';
import { PodResize } from './pod-resize.ts';

export interface ReplicaOptions {
  readonly name: string;
  readonly rollout: string;
  readonly spec: FunctionSpec;
  readonly image: Image;
  readonly resources: Resources;
  /** In force on the other pods of the node. */
  readonly neighbours: () => readonly Resources[];
  readonly onChange: () => void;
  readonly onLine: (text: string) => void;
}

/** A pod, and the kubelet's care for it: runs its process, restarts it in place with back-off, resizes it. */
export class Replica {
  readonly uid = randomUUID();
  readonly name: string;
  readonly rollout: string;
  inFlight = 0;
  readonly #node: Node;
  readonly #options: ReplicaOptions;
  readonly #createdAtMs = Date.now();
  readonly #directory: string;
  readonly #backOff: BackOff;
  readonly #stopping = new AbortController();
  readonly #resize: PodResize;
  #container: Container | null = null;
  #readySinceMs: number | null = null;
  #readyChangedAtMs = this.#createdAtMs;
  #restarts = 0;
  #waiting: Pod['waiting'] = 'ContainerCreating';
  #lastTermination: Pod['lastTermination'] = null;
  #lastPort = 0;
  #counters: PodCounters | null = null;
  #life: Promise<void> = Promise.resolve();
  #onIdle: (() => void) | null = null;

  constructor(node: Node, options: ReplicaOptions) {
    this.#node = node;
    this.#options = options;
    this.name = options.name;
    this.rollout = options.rollout;
    this.#directory = join(node.settings.stateDirectory, 'pods', options.name);
    this.#backOff = new BackOff(node.settings.backOff);
    this.#resize = new PodResize({
      resources: options.resources,
      allocatable: node.allocatable,
      neighbours: options.neighbours,
      container: () => this.#container,
      onChange: options.onChange,
    });
  }

  get ready(): boolean {
    return this.#readySinceMs !== null && !this.stopping;
  }

  get stopping(): boolean {
    return this.#stopping.signal.aborted;
  }

  /** The last sample; null while nothing runs or none is taken yet. */
  get counters(): PodCounters | null {
    return this.#counters;
  }

  get inForce(): Resources {
    return this.#resize.inForce;
  }

  start(): void {
    this.#life = this.#live();
  }

  resize(desired: Resources): void {
    if (!sameResources(desired, this.#resize.desired)) this.#resize.request(desired);
  }

  /** Tries again what a resize could not do yet. */
  reconcile(): void {
    this.#resize.reconcile();
  }

  /** Takes no more calls, lets those in flight end within `graceMs`, then ends the process. */
  async stop(graceMs: number, drain: boolean): Promise<void> {
    if (!this.stopping) {
      this.#stopping.abort();
      this.#options.onChange();
    }
    if (drain) await this.#drained(graceMs);
    await this.#container?.end(graceMs);
    await this.#life;
  }

  /** Counts a call in; the returned function counts it out, once. */
  lease(): () => void {
    this.inFlight += 1;
    let released = false;
    return () => {
      if (released) return;
      released = true;
      this.inFlight -= 1;
      if (this.inFlight === 0) this.#onIdle?.();
    };
  }

  async sample(): Promise<void> {
    const container = this.#container;
    const usage = await container?.usage();
    if (!usage || !container || container !== this.#container) return;
    const { oomKills, ...counted } = usage;
    const { cpuLimitCores, memoryLimitBytes } = this.#resize.inForce;
    this.#counters = {
      podUid: this.uid,
      startedAtMs: container.startedAtMs,
      ...counted,
      oomEvents: oomKills,
      limits: { cpuCores: cpuLimitCores, memoryBytes: memoryLimitBytes },
    };
  }

  snapshot(): Pod {
    const { spec } = this.#options;
    const container = this.#container;
    return {
      uid: this.uid,
      namespace: spec.namespace,
      name: this.name,
      functionName: spec.service,
      createdAtMs: this.#createdAtMs,
      startedAtMs: container?.startedAtMs ?? null,
      phase: container || this.#restarts > 0 || this.#lastTermination ? 'Running' : 'Pending',
      ready: this.ready,
      readySinceMs: this.ready ? this.#readySinceMs : null,
      restarts: this.#restarts,
      waiting: container ? null : this.#waiting,
      lastTermination: this.#lastTermination,
      qosClass: qosClassOf(this.#options.resources),
      desired: this.#resize.desired,
      inForce: this.#resize.inForce,
      generation: this.#resize.generation,
      observedGeneration: this.#resize.observedGeneration,
      conditions: [this.#readyCondition(), ...this.#resize.conditions],
      labels: { ...spec.labels, faas_function: spec.service, 'pod-template-hash': this.rollout },
      annotations: { 'prometheus.io.scrape': 'false', ...spec.annotations },
      port: container?.port ?? this.#lastPort,
      pid: container?.pid ?? null,
    };
  }

  #readyCondition(): Pod['conditions'][number] {
    return {
      type: 'Ready',
      status: this.ready ? 'True' : 'False',
      reason: this.ready ? '' : 'ContainersNotReady',
      message: this.ready ? '' : `containers with unready status: [${this.#options.spec.service}]`,
      observedGeneration: this.#resize.observedGeneration,
      changedAtMs: this.#readyChangedAtMs,
    };
  }

  async #live(): Promise<void> {
    for (;;) {
      const ranMs = await this.#run();
      if (!(await this.#mayRestart(ranMs))) break;
    }
    rmSync(this.#directory, { recursive: true, force: true });
  }

  /** One run of the process; returns how long it lasted, ms. */
  async #run(): Promise<number> {
    const startedAtMs = Date.now();
    try {
      const container = await this.#startContainer();
      if (this.stopping) void container.end(this.#node.settings.stopGraceMs);
      this.#lastTermination = await container.ended;
    } catch (error) {
      this.#node.settings.log.error({ err: error, pod: this.name }, 'the process could not be started');
      this.#options.onLine(error instanceof Error ? error.message : String(error));
      this.#lastTermination = { reason: 'Error', exitCode: 128, startedAtMs, atMs: Date.now() };
    }
    this.#container = null;
    this.#counters = null;
    this.#setReady(false);
    return Date.now() - startedAtMs;
  }

  async #startContainer(): Promise<Container> {
    const { spec, image } = this.#options;
    const directory = makePodDirectory(this.#directory, spec, this.#node.settings.secrets);
    const container = await Container.start(this.#node, {
      name: `${this.name}-${this.#restarts}`,
      spec,
      image,
      resources: this.#resize.inForce,
      directory,
      onReady: (ready) => {
        this.#setReady(ready);
      },
      onLine: this.#options.onLine,
    });
    this.#container = container;
    this.#lastPort = container.port;
    this.#resize.reconcile();
    this.#options.onChange();
    return container;
  }

  /** Waits out the back-off; false if the pod is to stop. */
  async #mayRestart(ranMs: number): Promise<boolean> {
    if (this.stopping) return false;
    const delayMs = this.#backOff.next(ranMs);
    if (delayMs > 0) {
      this.#waiting = 'CrashLoopBackOff';
      this.#options.onChange();
      const { signal } = this.#stopping;
      const waited = await pause(delayMs, true, { signal }).catch(() => false);
      if (!waited) return false;
    }
    this.#waiting = 'ContainerCreating';
    this.#restarts += 1;
    return true;
  }

  #setReady(ready: boolean): void {
    if (ready === (this.#readySinceMs !== null)) {
      if (!ready) this.#options.onChange();
      return;
    }
    this.#readyChangedAtMs = Date.now();
    this.#readySinceMs = ready ? this.#readyChangedAtMs : null;
    this.#options.onChange();
  }

  async #drained(withinMs: number): Promise<void> {
    if (this.inFlight === 0) return;
    const idle = new Promise<void>((resolve) => {
      this.#onIdle = resolve;
    });
    await Promise.race([idle, pause(withinMs, undefined, { ref: false })]);
  }
}
