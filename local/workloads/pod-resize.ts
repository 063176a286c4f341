import type { Resources } from '#core/usage/reading.ts';
import type { PodCondition } from './model.ts';
import { judgeRoom, type NodeResources } from './resize-rules.ts';
import { sameResources } from './resources.ts';

export interface PodResizePorts {
  readonly resources: Resources;
  readonly allocatable: NodeResources;
  /** In force on the other pods of the node. */
  readonly neighbours: () => readonly Resources[];
  /** The running process; null while none runs: it will start with what is in force. */
  readonly container: () => { apply(resources: Resources): string | null } | null;
  readonly onChange: () => void;
}

/**
 * A pod's desired resources and those in force, and the conditions that say what keeps them apart. As with a kubelet,
 * nothing of a change is applied while its memory limit would have to kill, and what could not be done is tried again.
 */
export class PodResize {
  desired: Resources;
  inForce: Resources;
  generation = 1;
  observedGeneration = 1;
  conditions: readonly PodCondition[] = [];
  readonly #ports: PodResizePorts;
  #scheduled = false;

  constructor(ports: PodResizePorts) {
    this.#ports = ports;
    this.desired = ports.resources;
    this.inForce = ports.resources;
  }

  /** Acted upon right after, not within the call: as on a cluster, the answer shows what is asked for. */
  request(desired: Resources): void {
    this.desired = desired;
    this.generation += 1;
    this.#ports.onChange();
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.reconcile();
    });
  }

  reconcile(): void {
    const isSettled = sameResources(this.desired, this.inForce) && this.conditions.length === 0;
    if (isSettled && this.observedGeneration === this.generation) return;
    const before = { conditions: this.conditions, observed: this.observedGeneration, inForce: this.inForce };
    this.observedGeneration = this.generation;
    this.#settle();
    const changed =
      before.conditions !== this.conditions ||
      before.observed !== this.observedGeneration ||
      before.inForce !== this.inForce;
    if (changed) this.#ports.onChange();
  }

  #settle(): void {
    const room = judgeRoom(this.desired, this.#ports.neighbours(), this.#ports.allocatable);
    if (room && !sameResources(this.desired, this.inForce)) {
      this.#setCondition('PodResizePending', room.reason, room.message);
      return;
    }
    const refusal = this.#apply();
    if (refusal !== null) {
      this.#setCondition('PodResizeInProgress', 'Error', refusal);
      return;
    }
    this.inForce = this.desired;
    this.conditions = [];
  }

  #apply(): string | null {
    try {
      return this.#ports.container()?.apply(this.desired) ?? null;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }

  #setCondition(type: PodCondition['type'], reason: string, message: string): void {
    const [old] = this.conditions;
    const { observedGeneration } = this;
    if (old?.type === type && old.reason === reason && old.observedGeneration === observedGeneration) {
      if (old.message === message) return;
      this.conditions = [{ ...old, message }];
      return;
    }
    const changedAtMs = Date.now();
    this.conditions = [{ type, status: 'True', reason, message, observedGeneration, changedAtMs }];
  }
}
