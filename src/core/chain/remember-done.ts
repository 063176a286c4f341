import { ForesizeError } from '../errors/error.ts';
import type { FunctionState } from '../policy/state.ts';
import { type ShrinkEvent, suiteAfter } from '../policy/suite.ts';
import type { Pause, StateStore, StoredState } from './ports.ts';

export interface Done {
  /** What the decisions were made upon. */
  readonly before: StoredState;
  /** States of what is deployed, by `namespace/name`, those decided about with what was done. */
  readonly functions: ReadonlyMap<string, FunctionState>;
  readonly events: readonly ShrinkEvent[];
  /** Unix ms. */
  readonly atMs: number;
}

/** An API server that is restarted comes back within some of these. */
const AGAIN_MS = 1000;

/**
 * Saves what was done: forgotten, the next cycle would undo it, or answer once more what it has answered. Where that
 * fails, once more, upon what is stored by then: another writer has come first. What that one has learned of a function
 * is newer, and stays. While the API server is away it is tried on, as long as `signal` allows, given a `pause`.
 * Throws as the last attempt does.
 */
export async function rememberDone(
  done: Done,
  store: StateStore,
  signal: AbortSignal,
  pause?: Pause,
): Promise<void> {
  const { before, functions, events, atMs } = done;
  try {
    await store.save({ suite: suiteAfter(before.suite, events, atMs), functions }, signal);
  } catch {
    await saveUponStored(done, store, signal, pause);
  }
}

async function saveUponStored(
  done: Done,
  store: StateStore,
  signal: AbortSignal,
  pause?: Pause,
): Promise<void> {
  const { events, atMs } = done;
  for (;;) {
    try {
      const stored = await store.load(signal);
      const suite = suiteAfter(stored.suite, events, atMs);
      await store.save({ suite, functions: merged(done, stored) }, signal);
      return;
    } catch (error) {
      if (pause === undefined || !isAway(error) || signal.aborted) throw error;
      await pause(AGAIN_MS, signal).catch(() => {
        throw error;
      });
    }
  }
}

const isAway = (error: unknown): boolean =>
  error instanceof ForesizeError && error.code === 'kubernetes-unavailable';

function merged({ before, functions }: Done, stored: StoredState): ReadonlyMap<string, FunctionState> {
  const all = new Map(stored.functions);
  for (const [key, state] of functions) {
    if (isSameState(stored.functions.get(key), before.functions.get(key))) all.set(key, state);
  }
  return all;
}

/** Read twice, a state is another object with the same text. */
function isSameState(left: FunctionState | undefined, right: FunctionState | undefined): boolean {
  return left === right || JSON.stringify(left) === JSON.stringify(right);
}
