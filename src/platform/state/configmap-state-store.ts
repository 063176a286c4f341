import type { StateStore, StoredState } from '#core/chain/ports.ts';
import { ForesizeError } from '#core/errors/error.ts';
import { writeState } from '#core/policy/written-state.ts';
import type { FunctionState, SuiteState } from '#core/policy/state.ts';
import { readConfigMap, writeConfigMap, type KeptMetadata } from '../kubernetes/config-map.ts';
import type { KubernetesConnection } from '../kubernetes/connect.ts';
import { parseFunctionState, parseSuiteState } from './entries.ts';
import { SHARD_BYTES, entryKey, functionKey, placeEntries } from './shard.ts';

/** What a logger of pino offers. */
export interface StateLog {
  warn(fields: object, message: string): void;
}

interface Stored {
  readonly data: ReadonlyMap<string, string>;
  /** null: not there yet. */
  readonly resourceVersion: string | null;
  readonly kept?: KeptMetadata;
}

interface Loaded {
  suite: Stored;
  readonly shards: Stored[];
  /** Entries that cannot be read, by key. */
  readonly unreadable: ReadonlyMap<string, string>;
  /** What they say. */
  state: StoredState;
  readonly atMs: number;
}

export interface StateStoreOptions {
  /** @default 900 000 */
  readonly shardBytes?: number;
  /**
   * `load` gives what it or the last `save` left within this many ms without asking again, so that the shards of one
   * cycle share a read. Another writer is still found out: by the compare-and-swap of the next `save`. @default 0
   */
  readonly reuseMs?: number;
  /** Unix ms. @default Date.now */
  readonly clock?: () => number;
}

const SUITE_MAP = 'foresize-state-suite';
const SUITE_KEY = 'suite';
const EMPTY: Stored = { data: new Map(), resourceVersion: null };

const shardName = (index: number): string => `foresize-state-${index}`;

/**
 * State in ConfigMaps: `foresize-state-suite`, and `foresize-state-0`, `-1`, … with one entry a function. Written by
 * compare-and-swap, the suite first: whoever claims a cycle there excludes the others before any function's state is
 * touched. An entry that cannot be read is reported and its function treated as new; its text stays until that function
 * gets a new state. Use one store by one caller at a time.
 */
export function createConfigMapStateStore(
  connection: KubernetesConnection,
  log: StateLog,
  { shardBytes = SHARD_BYTES, reuseMs = 0, clock = Date.now }: StateStoreOptions = {},
): StateStore {
  let loaded: Loaded | null = null;
  /** States are not changed, only replaced, so what one was written as or read from holds for good. */
  const texts = new WeakMap<FunctionState, string>();

  async function load(signal: AbortSignal): Promise<StoredState> {
    if (loaded !== null && clock() - loaded.atMs < reuseMs) return loaded.state;
    loaded = null;
    const atMs = clock();
    const suite = await read(SUITE_MAP, signal);
    const shards: Stored[] = [];
    for (let shard = await read(shardName(0), signal); shard.resourceVersion !== null;) {
      shards.push(shard);
      shard = await read(shardName(shards.length), signal);
    }
    const { functions, unreadable } = toFunctions(shards, log, texts);
    const state = { suite: toSuite(suite, log), functions };
    loaded = { suite, shards, unreadable, state, atMs };
    return state;
  }

  async function read(name: string, signal: AbortSignal): Promise<Stored> {
    const found = await readConfigMap(connection, name, signal);
    return found === null ? EMPTY : { ...found, data: new Map(Object.entries(found.data)) };
  }

  async function write(
    name: string,
    before: Stored,
    data: ReadonlyMap<string, string>,
    signal: AbortSignal,
  ): Promise<Stored> {
    if (before.resourceVersion !== null && sameEntries(before.data, data)) return before;
    const content = { ...before, data: Object.fromEntries(data) };
    return { ...(await writeConfigMap(connection, name, content, signal)), data };
  }

  async function save(next: StoredState, signal: AbortSignal): Promise<void> {
    const base = loaded;
    if (base === null)
      throw new ForesizeError('state-conflict', 'the state was not loaded since the last failed write');
    // A failed write leaves it unknown what is stored: only a fresh load may be saved upon.
    loaded = null;
    base.suite = await write(SUITE_MAP, base.suite, suiteData(base.suite, next.suite), signal);
    if (next.functions !== base.state.functions) await saveFunctions(base, next.functions, signal);
    base.state = next;
    loaded = base;
  }

  async function saveFunctions(
    base: Loaded,
    functions: ReadonlyMap<string, FunctionState>,
    signal: AbortSignal,
  ): Promise<void> {
    const entries = toEntries(base.unreadable, functions, texts);
    const current = base.shards.map(({ data }) => data);
    const placed = placeEntries(current, entries, shardBytes);
    // Later shards first: an entry that moves is in its new place before it leaves the old one.
    for (const [index, data] of [...placed.entries()].reverse()) {
      base.shards[index] = await write(shardName(index), base.shards[index] ?? EMPTY, data, signal);
    }
  }

  return { load, save };
}

function toSuite({ data }: Stored, log: StateLog): SuiteState {
  const text = data.get(SUITE_KEY);
  if (text === undefined) return { cycles: {} };
  const suite = parseSuiteState(text);
  if (typeof suite !== 'string') return suite;
  log.warn(
    { configMap: SUITE_MAP, key: SUITE_KEY, problem: suite },
    'the suite state is unreadable; starting anew',
  );
  return { cycles: {} };
}

/** Unchanged text is kept as it is, so that a save without a change is no write. */
function suiteData({ data }: Stored, next: SuiteState): ReadonlyMap<string, string> {
  const before = data.get(SUITE_KEY);
  const text = JSON.stringify(next);
  if (before !== undefined) {
    const parsed = parseSuiteState(before);
    if (typeof parsed !== 'string' && JSON.stringify(parsed) === text) return data;
  }
  return new Map(data).set(SUITE_KEY, text);
}

function toFunctions(
  shards: readonly Stored[],
  log: StateLog,
  texts: WeakMap<FunctionState, string>,
): { functions: ReadonlyMap<string, FunctionState>; unreadable: ReadonlyMap<string, string> } {
  const functions = new Map<string, FunctionState>();
  const unreadable = new Map<string, string>();
  for (const [index, { data }] of shards.entries()) {
    for (const [key, text] of data) {
      const name = functionKey(key);
      const state = name === null ? 'not a key of the form namespace.name' : parseFunctionState(text);
      if (name !== null && typeof state !== 'string') {
        functions.set(name, state);
        texts.set(state, text);
      } else {
        unreadable.set(key, text);
        log.warn(
          { configMap: shardName(index), key, problem: state },
          'a stored state is unreadable; the function counts as new',
        );
      }
    }
  }
  return { functions, unreadable };
}

/** Texts of `functions`, and those of unreadable entries that have no successor. */
function toEntries(
  unreadable: ReadonlyMap<string, string>,
  functions: ReadonlyMap<string, FunctionState>,
  texts: WeakMap<FunctionState, string>,
): ReadonlyMap<string, string> {
  const entries = new Map(unreadable);
  for (const [name, state] of functions) {
    const text = texts.get(state) ?? writeState(state);
    texts.set(state, text);
    entries.set(entryKey(name), text);
  }
  return entries;
}

function sameEntries(left: ReadonlyMap<string, string>, right: ReadonlyMap<string, string>): boolean {
  if (left.size !== right.size) return false;
  for (const [key, value] of left) if (right.get(key) !== value) return false;
  return true;
}
