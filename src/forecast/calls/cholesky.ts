import { at } from '../trailing-maximum.ts';

/**
 * Lower Cholesky factor of a symmetric matrix plus a diagonal, of which only the lower triangle (row-major, `size`
 * columns) is read. A pivot that rounding made less than 1e-12 of its diagonal counts as that: what an input adds to
 * those before it is then nothing. `rows` beyond `inputs` are carried along (right-hand sides): their own pivots are
 * left out.
 */
export function factorize(
  matrix: Float64Array,
  ridge: Float64Array,
  factor: Float64Array,
  { size, inputs, rows }: { readonly size: number; readonly inputs: number; readonly rows: number },
): void {
  for (let i = 0; i < rows; i++) {
    const row = i * size;
    const last = i < inputs ? i : inputs - 1;
    for (let j = 0; j <= last; j++) {
      const column = j * size;
      let sum = at(matrix, row + j);
      for (let k = 0; k < j; k++) sum -= at(factor, row + k) * at(factor, column + k);
      if (i !== j) {
        factor[row + j] = sum / at(factor, column + j);
        continue;
      }
      const diagonal = at(matrix, row + i) + at(ridge, i);
      factor[row + i] = Math.sqrt(Math.max(sum + at(ridge, i), diagonal * 1e-12, Number.MIN_VALUE));
    }
  }
}

/** Solves Lᵀ x = z in the leading `inputs` rows of a factor; z is row `z` of the same factor (see {@link factorize}). */
export function solveBack(
  factor: Float64Array,
  result: Float64Array,
  { size, inputs, z }: { readonly size: number; readonly inputs: number; readonly z: number },
): void {
  for (let i = inputs - 1; i >= 0; i--) {
    let sum = at(factor, z * size + i);
    for (let k = i + 1; k < inputs; k++) sum -= at(factor, k * size + i) * at(result, k);
    result[i] = sum / at(factor, i * size + i);
  }
}
