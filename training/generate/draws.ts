/** Random draws, the same for the same seed. */
export interface Draws {
  /** In [0, 1). */
  unit(): number;
  between(least: number, most: number): number;
  /** Evenly spread logarithm: as often from 1 to 10 as from 10 to 100. */
  logBetween(least: number, most: number): number;
  chance(probability: number): boolean;
  /** A whole number from `least` to `most`, both possible. */
  whole(least: number, most: number): number;
  pick<T>(list: readonly [T, ...T[]]): T;
  /** Of mean 0 and standard deviation 1. */
  normal(): number;
  exponential(mean: number): number;
  /** Of mean 1; `variation` is the standard deviation. */
  lognormal(variation: number): number;
}

/** Rounds after which sfc32's state no longer shows its seed (PractRand seeds with 12 to 15). */
const WARM_UP_ROUNDS = 15;

/**
 * sfc32 of PractRand (Chris Doty-Humphrey, public domain): 128 bits of state, so that the streams of neighbouring
 * seeds do not overlap as those of a 32-bit state would.
 */
function smallFastCounting(seed: number): () => number {
  let a = 0;
  let b = seed >>> 0;
  let c = Math.floor(seed / 2 ** 32) >>> 0;
  let counter = 1;
  const next = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + sum) | 0;
    return (sum >>> 0) / 2 ** 32;
  };
  for (let round = 0; round < WARM_UP_ROUNDS; round += 1) next();
  return next;
}

/** Marsaglia's polar method: two normal draws from a point inside the unit circle. */
function polarNormal(unit: () => number): () => number {
  let spare = NaN;
  return () => {
    if (!Number.isNaN(spare)) {
      const kept = spare;
      spare = NaN;
      return kept;
    }
    let x: number;
    let square: number;
    do {
      x = 2 * unit() - 1;
      spare = 2 * unit() - 1;
      square = x * x + spare * spare;
    } while (square >= 1 || square === 0);
    const scale = Math.sqrt((-2 * Math.log(square)) / square);
    spare *= scale;
    return x * scale;
  };
}

/** `seed`: any safe integer. */
export function seededDraws(seed: number): Draws {
  const unit = smallFastCounting(seed);
  const normal = polarNormal(unit);
  const between = (least: number, most: number): number => least + unit() * (most - least);
  return {
    unit,
    between,
    logBetween: (least, most) => Math.exp(between(Math.log(least), Math.log(most))),
    chance: (probability) => unit() < probability,
    whole: (least, most) => least + Math.floor(unit() * (most - least + 1)),
    pick: (list) => list[Math.floor(unit() * list.length)] ?? list[0],
    normal,
    exponential: (mean) => -mean * Math.log(1 - unit()),
    lognormal: (variation) => {
      const variance = Math.log(1 + variation ** 2);
      return Math.exp(Math.sqrt(variance) * normal() - variance / 2);
    },
  };
}
