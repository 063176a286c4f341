import type { WorkloadEvent } from '../workloads/model.ts';

/**
 * Versions of objects, one counter for all as in etcd. It starts at the clock's milliseconds, so that versions keep
 * growing over restarts without being stored.
 */
export class ResourceVersions {
  #last: number;
  readonly #start: string;
  readonly #byUid = new Map<string, string>();

  constructor(nowMs: number, atLeast = 0) {
    this.#last = Math.max(nowMs, atLeast + 1);
    this.#start = String(this.#last);
  }

  get current(): string {
    return String(this.#last);
  }

  next(): string {
    this.#last += 1;
    return this.current;
  }

  /** The version of a workload's object: that of its last event. */
  of(uid: string): string {
    return this.#byUid.get(uid) ?? this.#start;
  }

  observe(event: WorkloadEvent): void {
    if (event.kind === 'log') return;
    const { uid } = event.kind === 'pod' ? event.pod : event.deployment;
    const version = this.next();
    if (event.change === 'removed') this.#byUid.delete(uid);
    else this.#byUid.set(uid, version);
  }
}
