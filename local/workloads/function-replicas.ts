import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { ForesizeError } from '#core/errors/error.ts';
import type { Resources } from '#core/usage/reading.ts';
import type { Image } from '../images/image.ts';
import { LogRing } from './log-ring.ts';
import type { Deployment, FunctionSpec, Lease, LogLine, Pod, WorkloadEvent } from './model.ts';
import type { Node } from './node.ts';
import { Replica } from './replica.ts';

/** Letters of Kubernetes' random names: no vowels, so that they form no words. */
const LETTERS = 'bcdfghjklmnpqrstvwxz';

export interface Wanted {
  readonly spec: FunctionSpec;
  readonly image: Image;
  readonly resources: Resources;
}

export interface FunctionPorts {
  readonly emit: (event: WorkloadEvent) => void;
  /** In force on all pods of the node but the one given. */
  readonly neighbours: (besides: Replica) => readonly Resources[];
}

/** A Deployment: brings the replicas to what is wanted, one more at most and none fewer than wanted while it rolls. */
export class FunctionReplicas {
  readonly log: LogRing;
  readonly #node: Node;
  readonly #ports: FunctionPorts;
  readonly #uid = randomUUID();
  readonly #createdAtMs = Date.now();
  readonly #waiters = new Set<() => void>();
  #wanted: Wanted;
  #generation = 1;
  #replicaCount: number;
  #rollout: string;
  #replicas: Replica[] = [];
  #removed = false;
  #lastLeased = 0;

  constructor(node: Node, ports: FunctionPorts, wanted: Wanted) {
    this.#node = node;
    this.#ports = ports;
    this.#wanted = wanted;
    this.#replicaCount = leastReplicas(wanted.spec) ?? 1;
    this.#rollout = this.#newRollout();
    this.log = new LogRing(node.settings.logLines);
    this.#reconcile();
  }

  get deployment(): Deployment {
    return {
      uid: this.#uid,
      spec: this.#wanted.spec,
      resources: this.#wanted.resources,
      replicas: this.#replicaCount,
      createdAtMs: this.#createdAtMs,
      generation: this.#generation,
    };
  }

  get replicas(): readonly Replica[] {
    return this.#replicas;
  }

  /** Every update rolls, even to the same spec: faas-netes gives each a new label. */
  update(wanted: Wanted): void {
    this.#wanted = wanted;
    this.#generation += 1;
    this.#replicaCount = leastReplicas(wanted.spec) ?? this.#replicaCount;
    this.#rollout = this.#newRollout();
    this.#reconcile();
  }

  scale(replicas: number): void {
    if (replicas === this.#replicaCount) return;
    this.#replicaCount = replicas;
    this.#generation += 1;
    this.#reconcile();
  }

  /** Ends all replicas; resolves when nothing of them is left. */
  async remove(graceMs: number, drain: boolean): Promise<void> {
    this.#removed = true;
    this.#wake();
    await Promise.all(this.#replicas.map((replica) => this.#end(replica, graceMs, drain)));
  }

  async lease(signal: AbortSignal): Promise<Lease> {
    for (;;) {
      if (this.#removed) throw notFound(this.#wanted.spec.namespace, this.#wanted.spec.service);
      const replica = this.#leastLoaded();
      if (replica) return leaseOf(replica);
      await this.#nextChange(signal);
    }
  }

  /** Among equals the turn goes round. */
  #leastLoaded(): Replica | undefined {
    const count = this.#replicas.length;
    let best: Replica | undefined;
    let bestIndex = 0;
    for (let step = 1; step <= count; step++) {
      const index = (this.#lastLeased + step) % count;
      const replica = this.#replicas[index];
      if (!replica?.ready || (best && replica.inFlight >= best.inFlight)) continue;
      best = replica;
      bestIndex = index;
    }
    this.#lastLeased = bestIndex;
    return best;
  }

  #nextChange(signal: AbortSignal): Promise<void> {
    const { namespace, service } = this.#wanted.spec;
    return new Promise((resolve, reject) => {
      const wake = (): void => {
        signal.removeEventListener('abort', giveUp);
        this.#waiters.delete(wake);
        resolve();
      };
      const giveUp = (): void => {
        this.#waiters.delete(wake);
        const name = `${service}.${namespace}`;
        reject(new ForesizeError('no-ready-replica', `no replica of ${name} became ready in time`));
      };
      if (signal.aborted) {
        giveUp();
        return;
      }
      this.#waiters.add(wake);
      signal.addEventListener('abort', giveUp, { once: true });
    });
  }

  #wake(): void {
    for (const wake of [...this.#waiters]) wake();
  }

  #reconcile(): void {
    if (this.#removed) return;
    const alive = this.#replicas.filter((replica) => !replica.stopping);
    const current = alive.filter(({ rollout }) => rollout === this.#rollout);
    const old = alive.filter(({ rollout }) => rollout !== this.#rollout);
    const surge = old.length === 0 ? this.#replicaCount : this.#replicaCount + 1 - old.length;
    for (let made = current.length; made < Math.min(surge, this.#replicaCount); made++) this.#add();
    this.#retire(current, old);
  }

  #retire(current: readonly Replica[], old: readonly Replica[]): void {
    const { graceMs } = this.#node.settings;
    const spare = [...current]
      .sort(leastUsefulFirst)
      .slice(0, Math.max(0, current.length - this.#replicaCount));
    let readyCount = [...current, ...old].filter(({ ready }) => ready).length;
    // Old ones that are not ready make room for new ones, but not while a new one is still starting in that room.
    const starting = current.filter(({ ready }) => !ready).length;
    let room = current.length + old.length - this.#replicaCount - starting;
    for (const replica of old) {
      if (readyCount - Number(replica.ready) < this.#replicaCount && (replica.ready || room <= 0)) continue;
      readyCount -= Number(replica.ready);
      room -= 1;
      spare.push(replica);
    }
    for (const replica of spare) void this.#end(replica, graceMs, true);
  }

  #add(): void {
    const { spec } = this.#wanted;
    const replica: Replica = new Replica(this.#node, {
      ...this.#wanted,
      name: `${spec.service}-${this.#rollout}-${randomLetters(5)}`,
      rollout: this.#rollout,
      neighbours: () => this.#ports.neighbours(replica),
      onChange: () => {
        this.#changed(replica);
      },
      onLine: (text) => {
        this.#addLine(replica, text);
      },
    });
    this.#replicas = [...this.#replicas, replica];
    this.#emitPod('added', replica.snapshot());
    replica.start();
  }

  async #end(replica: Replica, graceMs: number, drain: boolean): Promise<void> {
    await replica.stop(graceMs, drain);
    if (!this.#replicas.includes(replica)) return;
    this.#replicas = this.#replicas.filter((other) => other !== replica);
    this.#emitPod('removed', replica.snapshot());
    this.#reconcile();
  }

  #changed(replica: Replica): void {
    this.#emitPod('updated', replica.snapshot());
    if (replica.ready) this.#wake();
    this.#reconcile();
  }

  #emitPod(change: 'added' | 'updated' | 'removed', pod: Pod): void {
    this.#ports.emit({ kind: 'pod', change, pod });
  }

  #addLine(replica: Replica, text: string): void {
    const { service: name, namespace } = this.#wanted.spec;
    const line: LogLine = { name, namespace, instance: replica.name, timestampMs: Date.now(), text };
    this.log.add(line);
    this.#ports.emit({ kind: 'log', line });
  }

  #newRollout(): string {
    return createHash('sha256').update(`${this.#uid} ${this.#generation}`).digest('hex').slice(0, 10);
  }
}

function leastUsefulFirst(a: Replica, b: Replica): number {
  return Number(a.ready) - Number(b.ready) || a.inFlight - b.inFlight;
}

/** The label `com.openfaas.scale.min`, as faas-netes reads it; undefined where it is not a count. */
function leastReplicas({ labels }: FunctionSpec): number | undefined {
  const text = labels['com.openfaas.scale.min'];
  return text !== undefined && /^[1-9]\d*$/.test(text) ? Number(text) : undefined;
}

function leaseOf(replica: Replica): Lease {
  const pod = replica.snapshot();
  return { pod, origin: `http://127.0.0.1:${pod.port}`, release: replica.lease() };
}

function randomLetters(count: number): string {
  return [...randomBytes(count)].map((byte) => LETTERS[byte % LETTERS.length]).join('');
}

export function notFound(namespace: string, name: string): ForesizeError {
  return new ForesizeError('function-not-found', `there is no function ${name} in namespace ${namespace}`);
}
