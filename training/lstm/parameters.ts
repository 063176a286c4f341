import type { LstmShape } from '#forecast/lstm/shape.ts';
import { type LstmWeights, sizeOf, weightSpecs, weightsFrom } from '#forecast/lstm/weights.ts';

/** Weights of a network of this shape. */
export function weightCount(shape: LstmShape): number {
  return weightSpecs(shape).reduce((sum, spec) => sum + sizeOf(spec.shape), 0);
}

/** All weights in one array, in the order of weights.bin. */
export function flatten(shape: LstmShape, weights: LstmWeights): Float32Array {
  const flat = new Float32Array(weightCount(shape));
  let at = 0;
  for (const { field } of weightSpecs(shape)) {
    flat.set(weights[field], at);
    at += weights[field].length;
  }
  return flat;
}

/** The opposite of `flatten`; the weights are copies. */
export function unflatten(shape: LstmShape, flat: Float32Array): LstmWeights {
  let at = 0;
  return weightsFrom(shape, (spec) => flat.slice(at, (at += sizeOf(spec.shape))));
}
