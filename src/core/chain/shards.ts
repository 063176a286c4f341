import type { FunctionUsage, UsageMessage } from '../messages/usage.ts';

/** The most that one sample of a series takes as JSON: 17 digits with point, exponent and comma. Most take 14. */
const BYTES_PER_SAMPLE = 20;

function weightBytes(usage: FunctionUsage): number {
  const samples = Object.values(usage.series).reduce((sum, series) => sum + series.length, 0);
  return 1000 + samples * BYTES_PER_SAMPLE;
}

/** Consecutive functions to a shard, each of `maximumBytes` of JSON at the most; one function is never split. */
export function cutIntoShards(
  functions: readonly FunctionUsage[],
  maximumBytes: number,
  head: Omit<UsageMessage, 'shard' | 'shards' | 'functions'>,
): readonly UsageMessage[] {
  const groups: FunctionUsage[][] = [];
  let room = 0;
  for (const usage of functions) {
    const weight = weightBytes(usage);
    if (weight > room || groups.length === 0) {
      groups.push([]);
      room = maximumBytes;
    }
    groups.at(-1)?.push(usage);
    room -= weight;
  }
  return groups.map((group, shard) => ({ ...head, shard, shards: groups.length, functions: group }));
}
