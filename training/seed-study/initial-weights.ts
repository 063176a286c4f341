import { SEED_SHAPE } from '#forecast/seed-lstm/network.ts';
import { type Draws, seededDraws } from '../generate/draws.ts';

/** One array of the network, row-major. */
export interface WeightArray {
  readonly shape: readonly [number, number] | readonly [number];
  readonly values: Float32Array;
}

/**
 * Weights to begin from, by Keras's defaults: Glorot uniform kernels, an orthogonal recurrent kernel, biases 0 but 1
 * at the forget gate. In the order of the network's own: kernel, recurrent kernel and bias of the LSTM (gates input,
 * forget, cell, output), kernel and bias of the dense layer. The same for the same seed on every backend.
 */
export function initialWeights(seed: number): readonly WeightArray[] {
  const { variables, units } = SEED_SHAPE;
  const draws = seededDraws(seed);
  const gates = 4 * units;
  return [
    { shape: [variables, gates], values: glorotUniform(variables, gates, draws) },
    { shape: [units, gates], values: orthogonalRows(units, gates, draws) },
    { shape: [gates], values: new Float32Array(gates).fill(1, units, 2 * units) },
    { shape: [units, variables], values: glorotUniform(units, variables, draws) },
    { shape: [variables], values: new Float32Array(variables) },
  ];
}

/** Uniform within ±√(6 ÷ (rows + columns)): Glorot and Bengio, 2010. */
function glorotUniform(rows: number, columns: number, draws: Draws): Float32Array {
  const limit = Math.sqrt(6 / (rows + columns));
  return Float32Array.from({ length: rows * columns }, () => draws.between(-limit, limit));
}

/**
 * Orthonormal rows, uniform over all such (Saxe et al., 2014): normal draws, each row less its part along those
 * before it, at length 1. Taken off twice, which brings the rounding of Gram and Schmidt's way down to that of the
 * numbers.
 */
function orthogonalRows(rows: number, columns: number, draws: Draws): Float32Array {
  const basis: Float64Array[] = [];
  for (let i = 0; i < rows; i++) {
    const row = Float64Array.from({ length: columns }, () => draws.normal());
    for (const earlier of [...basis, ...basis]) {
      const along = dot(row, earlier);
      for (const [k, value] of earlier.entries()) row[k] = (row[k] ?? 0) - along * value;
    }
    const length = Math.sqrt(dot(row, row));
    basis.push(row.map((value) => value / length));
  }
  return Float32Array.from(basis.flatMap((row) => [...row]));
}

function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, k) => sum + value * (b[k] ?? 0), 0);
}
