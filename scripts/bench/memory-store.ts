/**
 * State as apply-resources keeps it, as texts, so that its parsing and writing are paid for; nothing is sent. Like the
 * store of ConfigMaps it is read once in a cycle, and a state that did not change is not written again.
 */
import type { StateStore, StoredState } from '#core/chain/ports.ts';
import type { FunctionState, SuiteState } from '#core/policy/state.ts';
import { writeState } from '#core/policy/written-state.ts';
import { parseFunctionState, parseSuiteState } from '#platform/state/entries.ts';
import { entryKey, functionKey, placeEntries } from '#platform/state/shard.ts';

export interface MemoryStore extends StateStore {
  /** The next `load` reads the texts anew, as the first of a cycle does. */
  forget(): void;
}

export function memoryStore(): MemoryStore {
  let suite = JSON.stringify({ cycles: {} } satisfies SuiteState);
  let shards: readonly ReadonlyMap<string, string>[] = [];
  let loaded: StoredState | null = null;
  const texts = new WeakMap<FunctionState, string>();
  return {
    forget() {
      loaded = null;
    },
    load() {
      loaded ??= { suite: readSuite(suite), functions: readFunctions(shards, texts) };
      return Promise.resolve(loaded);
    },
    save(next) {
      suite = JSON.stringify(next.suite);
      if (next.functions !== loaded?.functions) {
        shards = placeEntries(shards, new Map(Array.from(next.functions, entryOf)));
      }
      loaded = next;
      return Promise.resolve();
    },
  };

  function entryOf([name, state]: readonly [string, FunctionState]): [string, string] {
    const text = texts.get(state) ?? writeState(state);
    texts.set(state, text);
    return [entryKey(name), text];
  }
}

function readFunctions(
  shards: readonly ReadonlyMap<string, string>[],
  texts: WeakMap<FunctionState, string>,
): ReadonlyMap<string, FunctionState> {
  const functions = new Map<string, FunctionState>();
  for (const [key, text] of shards.flatMap((shard) => [...shard])) {
    const state = parseFunctionState(text);
    if (typeof state === 'string') throw new Error(`${key}: ${state}`);
    texts.set(state, text);
    functions.set(functionKey(key) ?? key, state);
  }
  return functions;
}

function readSuite(text: string): SuiteState {
  const suite = parseSuiteState(text);
  if (typeof suite === 'string') throw new Error(suite);
  return suite;
}
