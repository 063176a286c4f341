import { ForesizeError } from '#core/errors/error.ts';
import { type Random, seededRandom, wholeBetween } from './random.ts';

/** How many bytes a call carries. */
export type PayloadSizes =
  | { readonly kind: 'uniform'; readonly least: number; readonly most: number }
  | { readonly kind: 'lognormal'; readonly median: number; readonly sigma: number };

const LARGEST_BYTES = 2 ** 20;
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/**
 * `64` (always that many bytes), `16-512` (all sizes equally likely) or `lognormal:100,0.8` (median, σ of the
 * logarithm: mostly small, a few large), at most 1 MiB. Throws `load-invalid`.
 */
export function parsePayloadSizes(text: string): PayloadSizes {
  const uniform = /^(\d+)(?:-(\d+))?$/.exec(text);
  if (uniform) {
    const least = Number(uniform[1]);
    const most = Number(uniform[2] ?? uniform[1]);
    if (least <= most && most <= LARGEST_BYTES) return { kind: 'uniform', least, most };
  }
  const lognormal = /^lognormal:(\d+(?:\.\d+)?),(\d+(?:\.\d+)?)$/.exec(text);
  if (lognormal) {
    const median = Number(lognormal[1]);
    if (median > 0 && median <= LARGEST_BYTES) {
      return { kind: 'lognormal', median, sigma: Number(lognormal[2]) };
    }
  }
  throw new ForesizeError(
    'load-invalid',
    `payload ${JSON.stringify(text)} is not a size such as 64, 16-512 or lognormal:100,0.8 of at most 1 MiB`,
  );
}

/** Texts of letters and digits, one a call, the same for the same seed. */
export function* payloads(sizes: PayloadSizes, seed: number): Generator<string, never> {
  // Another stream than the arrivals', so that the pattern does not change what is sent.
  const random = seededRandom(seed ^ 0x5bd1e995);
  for (;;) {
    let text = '';
    for (let left = drawSize(sizes, random); left > 0; left--) {
      text += ALPHABET.charAt(wholeBetween(random, 0, ALPHABET.length - 1));
    }
    yield text;
  }
}

function drawSize(sizes: PayloadSizes, random: Random): number {
  if (sizes.kind === 'uniform') return wholeBetween(random, sizes.least, sizes.most);
  // Box and Muller, 1958.
  const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return Math.min(LARGEST_BYTES, Math.max(1, Math.round(sizes.median * Math.exp(sizes.sigma * normal))));
}
