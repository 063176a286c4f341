/** State as apply-resources keeps it, as texts, so that its parsing and writing are paid for; nothing is sent. */
import type { StateStore } from '#core/chain/ports.ts';
import type { FunctionState, SuiteState } from '#core/policy/state.ts';
import { parseFunctionState, parseSuiteState } from '#platform/state/entries.ts';
import { entryKey, functionKey, placeEntries } from '#platform/state/shard.ts';

export function memoryStore(): StateStore {
  let suite = JSON.stringify({ cycles: {} } satisfies SuiteState);
  let shards: readonly ReadonlyMap<string, string>[] = [];
  return {
    load() {
      const functions = new Map<string, FunctionState>();
      for (const shard of shards) {
        for (const [key, text] of shard) {
          const state = parseFunctionState(text);
          if (typeof state === 'string') throw new Error(`${key}: ${state}`);
          functions.set(functionKey(key) ?? key, state);
        }
      }
      const parsed = parseSuiteState(suite);
      if (typeof parsed === 'string') throw new Error(parsed);
      return Promise.resolve({ suite: parsed, functions });
    },
    save(next) {
      suite = JSON.stringify(next.suite);
      const texts = Array.from(next.functions, ([name, state]): [string, string] => [
        entryKey(name),
        JSON.stringify(state),
      ]);
      shards = placeEntries(shards, new Map(texts));
      return Promise.resolve();
    },
  };
}
