import { seededRandom } from '#core/seeded-random.ts';
import type { LstmShape } from '#forecast/lstm/shape.ts';
import { type LstmWeights, sizeOf, weightsFrom } from '#forecast/lstm/weights.ts';

/** A network's shape with three heads of four quantiles; the first and last median rest on inputs. */
export function shapeOf(features: number, units: number): LstmShape {
  return {
    format: 1,
    features: Array.from({ length: features }, (_, i) => `input-${i}`),
    units,
    heads: [
      { name: 'next', steps: 1, medianOffset: 'input-0' },
      { name: 'peak', steps: 5, medianOffset: null },
      { name: 'long-peak', steps: 20, medianOffset: 'input-1' },
    ],
    levels: [0.5, 0.9, 0.95, 0.99],
    training: { seed: 1, date: '2026-11-25T00:00:00.000Z', generator: '1' },
  };
}

export function randomWeights(shape: LstmShape, seed: number, scale = 0.5): LstmWeights {
  const random = seededRandom(seed);
  return weightsFrom(shape, (spec) => draw(random, sizeOf(spec.shape), scale));
}

export function randomInputs(shape: LstmShape, steps: number, seed: number): Float32Array {
  return draw(seededRandom(seed), steps * shape.features.length, 2);
}

function draw(random: () => number, size: number, scale: number): Float32Array {
  return Float32Array.from({ length: size }, () => scale * (2 * random() - 1));
}
