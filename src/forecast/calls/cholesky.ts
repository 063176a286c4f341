import { at } from '../trailing-maximum.ts';

/** A pivot that rounding made less than this share of its diagonal counts as it. */
const SMALLEST_PIVOT = 1e-12;

/**
 * Lower Cholesky factor of the leading `inputs` rows of a symmetric matrix plus a diagonal. Of the matrix only the
 * lower triangle is read (row-major, `size` columns). What an input adds to those before it may be nothing.
 */
export function factorize(
  matrix: Float64Array,
  ridge: Float64Array,
  factor: Float64Array,
  size: number,
  inputs: number,
): void {
  for (let i = 0; i < inputs; i++) {
    const row = i * size;
    for (let j = 0; j < i; j++) {
      const column = j * size;
      let sum = matrix[row + j] ?? 0;
      for (let k = 0; k < j; k++) sum -= (factor[row + k] ?? 0) * (factor[column + k] ?? 0);
      factor[row + j] = sum / (factor[column + j] ?? 1);
    }
    const diagonal = at(matrix, row + i) + at(ridge, i);
    let pivot = diagonal;
    for (let k = 0; k < i; k++) pivot -= (factor[row + k] ?? 0) ** 2;
    factor[row + i] = Math.sqrt(Math.max(pivot, diagonal * SMALLEST_PIVOT, Number.MIN_VALUE));
  }
}

/** Solves L z = b in place: b is row `right` of the factor, below the `inputs` rows in use. */
export function reduce(factor: Float64Array, right: number, size: number, inputs: number): void {
  const row = right * size;
  for (let j = 0; j < inputs; j++) {
    let sum = factor[row + j] ?? 0;
    for (let k = 0; k < j; k++) sum -= (factor[row + k] ?? 0) * (factor[j * size + k] ?? 0);
    factor[row + j] = sum / (factor[j * size + j] ?? 1);
  }
}

/** Solves Lᵀ x = z, z being row `right` of the factor. */
export function solveBack(
  factor: Float64Array,
  right: number,
  result: Float64Array,
  size: number,
  inputs: number,
): void {
  for (let i = inputs - 1; i >= 0; i--) {
    let sum = factor[right * size + i] ?? 0;
    for (let k = i + 1; k < inputs; k++) sum -= (factor[k * size + i] ?? 0) * (result[k] ?? 0);
    result[i] = sum / (factor[i * size + i] ?? 1);
  }
}
