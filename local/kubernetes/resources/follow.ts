import { EventEmitter, once } from 'node:events';
import type { LocalWorkloads, WorkloadEvent } from '../../workloads/model.ts';

/** A client that reads slower than things happen is cut off, and asks again. */
const MAX_BACKLOG = 1_000;

/** What is there, then what each event of the workloads gives, until the signal; what gives undefined is left out. */
export async function* follow<T>(
  workloads: Pick<LocalWorkloads, 'subscribe'>,
  there: () => Iterable<T>,
  itemOf: (event: WorkloadEvent) => T | undefined,
  signal: AbortSignal,
): AsyncGenerator<T> {
  const backlog: T[] = [...there()];
  const bell = new EventEmitter();
  const unsubscribe = workloads.subscribe((event) => {
    const item = itemOf(event);
    if (item === undefined) return;
    backlog.push(item);
    bell.emit('ring');
  });
  try {
    while (!signal.aborted && backlog.length <= MAX_BACKLOG) {
      yield* backlog.splice(0);
      if (backlog.length === 0) await once(bell, 'ring', { signal }).catch(() => undefined);
    }
  } finally {
    unsubscribe();
  }
}
