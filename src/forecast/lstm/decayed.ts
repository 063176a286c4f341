import { at } from '../trailing-maximum.ts';

/** Exponentially decayed mean of all entries up to each, NaN ones passed over. */
export function decayedMean(values: Float64Array, halfLifeSteps: number): Float64Array {
  const keep = 0.5 ** (1 / halfLifeSteps);
  const result = new Float64Array(values.length).fill(NaN);
  let sum = 0;
  let weight = 0;
  for (let i = 0; i < values.length; i++) {
    const value = at(values, i);
    if (!Number.isNaN(value)) {
      sum = keep * sum + value;
      weight = keep * weight + 1;
    }
    if (weight > 0) result[i] = sum / weight;
  }
  return result;
}

/** Square root of the decayed mean of squared distances from `mean`. */
export function decayedDeviation(
  values: Float64Array,
  mean: Float64Array,
  halfLifeSteps: number,
): Float64Array {
  const squares = new Float64Array(values.length);
  for (let i = 0; i < values.length; i++) squares[i] = (at(values, i) - at(mean, i)) ** 2;
  const result = decayedMean(squares, halfLifeSteps);
  for (let i = 0; i < result.length; i++) result[i] = Math.sqrt(at(result, i));
  return result;
}
