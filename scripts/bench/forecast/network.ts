/** A network of the recipe's size on every input there is, with random weights: what it costs does not depend on them. */
import { FAR_STEPS, INPUT_NAMES, NEAR_STEPS } from '#forecast/lstm/inputs.ts';
import type { LstmModel } from '#forecast/lstm/lstm-forecaster.ts';
import type { LstmShape } from '#forecast/lstm/shape.ts';
import { sizeOf, weightsFrom } from '#forecast/lstm/weights.ts';
import { seededDraws } from '../../../training/generate/draws.ts';

export function shapeOf(units: number): LstmShape {
  return {
    format: 1,
    features: [...INPUT_NAMES],
    units,
    heads: [
      { name: 'next', steps: 1, medianOffset: null },
      { name: 'near', steps: NEAR_STEPS, medianOffset: null },
      { name: 'far', steps: FAR_STEPS, medianOffset: null },
    ],
    levels: [0.5, 0.9, 0.95, 0.99],
    training: { seed: 1, date: '2026-01-01T00:00:00Z', generator: 'none' },
  };
}

export function randomModel(units: number): LstmModel {
  const shape = shapeOf(units);
  const draws = seededDraws(units);
  const weights = weightsFrom(shape, (spec) =>
    Float32Array.from({ length: sizeOf(spec.shape) }, () => draws.between(-0.2, 0.2)),
  );
  return { shape, weights };
}
