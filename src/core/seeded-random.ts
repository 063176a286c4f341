/** Numbers in [0, 1), the same for the same seed. */
export type Random = () => number;

/**
 * mulberry32: 32 bits of state, period 2^32, passes gjrand's 32-bit tests (Tommy Ettinger, 2017, public domain;
 * https://gist.github.com/tommyettinger/46a874533244883189143505d203312c). Enough for load; not for secrets.
 */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
