import { isOwnFunction } from '#core/chain/own-functions.ts';
import type { LiveFunction, Workloads } from '#core/chain/ports.ts';
import { keyOf } from '#core/function-key.ts';

interface Entry<T> {
  readonly live: LiveFunction;
  /** Undefined before anything is kept. */
  kept: T | undefined;
}

/** What a process keeps for its metrics of each function that is deployed and not Foresize's own. */
export interface FunctionMemory<T> {
  /** The same workloads; each look forgets what it does not find. */
  observed(workloads: Workloads): Workloads;
  /** Keeps what `next` makes of what was kept before; nothing of a function that the last look did not find. */
  keep(of: Pick<LiveFunction, 'namespace' | 'name'>, next: (before: T | undefined) => T): void;
  /** Those of which something is kept, as the last look found them. */
  all(): Iterable<{ readonly live: LiveFunction; readonly kept: T }>;
}

export function createFunctionMemory<T>(): FunctionMemory<T> {
  let known: ReadonlyMap<string, Entry<T>> = new Map();

  function look(found: readonly LiveFunction[]): void {
    const sized = found.filter(({ labels }) => !isOwnFunction(labels));
    const before = known;
    known = new Map(sized.map((live) => [keyOf(live), { live, kept: before.get(keyOf(live))?.kept }]));
  }

  return {
    observed: (workloads) => ({
      ...workloads,
      async functions(signal) {
        const live = await workloads.functions(signal);
        look(live);
        return live;
      },
    }),
    keep(of, next) {
      const entry = known.get(keyOf(of));
      if (entry) entry.kept = next(entry.kept);
    },
    *all() {
      for (const { live, kept } of known.values()) if (kept !== undefined) yield { live, kept };
    },
  };
}
