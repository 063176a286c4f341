/**
 * Where entries go. A ConfigMap holds at most 1 MiB; an entry counts as its full 1 kB from the start, so that shards do
 * not overflow as their entries grow.
 */
export const SHARD_BYTES = 900_000;
const ENTRY_BYTES = 1024;

/** Data of one shard by key; what is in it stays in it while there is room. */
export type ShardData = Map<string, string>;

/** `namespace/name` → the ConfigMap key `namespace.name`; a namespace has no dots, so nothing collides. */
export function entryKey(functionKey: string): string {
  return functionKey.replace('/', '.');
}

/** The inverse of `entryKey`; null for a key that is no function's. */
export function functionKey(entry: string): string | null {
  const dot = entry.indexOf('.');
  return dot > 0 && dot < entry.length - 1 ? `${entry.slice(0, dot)}/${entry.slice(dot + 1)}` : null;
}

/**
 * The shards that hold exactly `entries`, each entry where `current` has it. New ones go to the first shard with room, a
 * new shard if none has. What no longer fits moves to a later shard, so that of two copies left by an interrupted move
 * the later one counts.
 */
export function placeEntries(
  current: readonly ReadonlyMap<string, string>[],
  entries: ReadonlyMap<string, string>,
  shardBytes: number = SHARD_BYTES,
): ShardData[] {
  const shards = current.map((): ShardData => new Map());
  const sizes: number[] = current.map(() => 0);
  const put = (key: string, value: string, first: number): void => {
    const size = reserved(key, value);
    let index = first;
    while (index < shards.length && (sizes[index] ?? 0) + size > shardBytes) index += 1;
    const shard = shards[index] ?? new Map<string, string>();
    shards[index] = shard.set(key, value);
    sizes[index] = (sizes[index] ?? 0) + size;
  };
  const home = new Map<string, number>();
  current.forEach((shard, index) => {
    for (const key of shard.keys()) home.set(key, index);
  });
  for (const [key, value] of entries) {
    const index = home.get(key);
    if (index !== undefined) put(key, value, index);
  }
  for (const [key, value] of entries) {
    if (!home.has(key)) put(key, value, 0);
  }
  return shards;
}

function reserved(key: string, value: string): number {
  return Math.max(ENTRY_BYTES, Buffer.byteLength(value)) + key.length;
}
