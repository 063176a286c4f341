import { type Random, seededRandom } from '#core/seeded-random.ts';

export { type Random, seededRandom };

/** A whole number from `least` to `most`, both possible. */
export function wholeBetween(random: Random, least: number, most: number): number {
  return least + Math.floor(random() * (most - least + 1));
}
