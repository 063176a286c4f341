/** Series of a function's usage. */
const SERIES = 9;
/** The most that one sample of a series takes as JSON: 16 digits with point and comma. Most take under 10. */
const BYTES_PER_SAMPLE = 20;
/** Names and signals. */
const BYTES_BESIDE = 1000;

/**
 * Consecutive functions to a shard, each of `maximumBytes` of JSON at the most with series of `steps` samples; one
 * function is never split.
 */
export function cutIntoShards<T>(
  functions: readonly T[],
  maximumBytes: number,
  steps: number,
): readonly (readonly T[])[] {
  const each = BYTES_BESIDE + SERIES * steps * BYTES_PER_SAMPLE;
  const count = Math.max(1, Math.floor(maximumBytes / each));
  const shards: T[][] = [];
  for (let first = 0; first < functions.length; first += count) {
    shards.push(functions.slice(first, first + count));
  }
  return shards;
}
