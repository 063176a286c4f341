import type { FunctionState } from './state.ts';

type Since = Pick<FunctionState, 'firstSeenAt'>;

/** A time as the state keeps it: whole seconds since the function was first seen, which are short. */
export function secondsOf({ firstSeenAt }: Since, atMs: number): number {
  return Math.round((atMs - firstSeenAt) / 1000);
}

/** A time that the state keeps, Unix ms. */
export function unixMsOf({ firstSeenAt }: Since, seconds: number): number {
  return firstSeenAt + 1000 * seconds;
}
