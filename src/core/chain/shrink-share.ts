import { POLICY } from '../policy/constants.ts';

/** Where a message stands in its cycle. */
export interface ShardPlace {
  readonly cycle: number;
  readonly shard: number;
  readonly shards: number;
}

export interface Periods {
  readonly cyclePeriodMs: number;
  readonly sizingPeriodMs: number;
}

/**
 * How many functions of one shard may shrink, so that over the whole cycle at most a tenth of `functions` do, and at
 * least one may. Each shard's part follows from its place alone: nothing is shared between shards, so their order, a
 * restart between two of them or a second controller change nothing. Parts are whole; which shards get the larger ones
 * moves on with every sizing period, so that none is always left out.
 */
export function shrinksAllowed(
  { cycle, shard, shards }: ShardPlace,
  functions: number,
  { cyclePeriodMs, sizingPeriodMs }: Periods,
): number {
  const allowed = Math.max(1, Math.floor(functions * POLICY.shrinkShare));
  const turn = Math.floor((cycle * cyclePeriodMs) / sizingPeriodMs);
  const place = (shard + turn) % shards;
  return Math.floor((allowed * (place + 1)) / shards) - Math.floor((allowed * place) / shards);
}

/** A function that wants to shrink. */
export interface Candidate {
  readonly key: string;
  /** Unix ms of its last shrink; null if it never did. */
  readonly shrunkAtMs: number | null;
}

/** Those that have to wait: all but `allowed`, which are those whose last shrink is longest ago, by name among equals. */
export function waitingFor(candidates: readonly Candidate[], allowed: number): readonly string[] {
  const turn = ({ shrunkAtMs }: Candidate): number => shrunkAtMs ?? -Infinity;
  const inOrder = [...candidates].sort((left, right) =>
    turn(left) === turn(right) ? (left.key < right.key ? -1 : 1) : turn(left) - turn(right),
  );
  return inOrder.slice(allowed).map(({ key }) => key);
}
