import type { FunctionState, SuiteState } from '../policy/state.ts';
import { type ShrinkEvent, suiteAfter } from '../policy/suite.ts';
import type { StateStore, StoredState } from './ports.ts';

export interface Done {
  /** What the decisions were made upon. */
  readonly before: StoredState;
  /** States of what is deployed, by `namespace/name`, those decided about with what was done. */
  readonly functions: ReadonlyMap<string, FunctionState>;
  readonly events: readonly ShrinkEvent[];
  /** Unix ms. */
  readonly atMs: number;
}

/**
 * Saves what was done. Where that fails, once more, upon what is stored by then: another writer has come first, or the
 * API server was away for a moment; forgotten, the next cycle would undo what was done. What the other writer has learned
 * of a function is newer, and stays. Throws as the second attempt does.
 */
export async function rememberDone(done: Done, store: StateStore, signal: AbortSignal): Promise<void> {
  const { before, functions } = done;
  try {
    await store.save({ suite: suiteWith(before.suite, done), functions }, signal);
  } catch {
    const stored = await store.load(signal);
    await store.save({ suite: suiteWith(stored.suite, done), functions: merged(done, stored) }, signal);
  }
}

function suiteWith(suite: SuiteState, { events, atMs }: Done): SuiteState {
  return suiteAfter(suite, events, atMs);
}

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
