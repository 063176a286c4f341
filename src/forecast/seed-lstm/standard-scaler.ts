/** Mean and population standard deviation of a column, as scikit-learn's StandardScaler fits them. */
export interface StandardScaler {
  readonly mean: number;
  readonly deviation: number;
}

/** Fits on the known values (NaN is unknown). A constant column has deviation 1, so that it becomes zeros. */
export function fitScaler(column: Float64Array): StandardScaler {
  const known = column.filter((value) => !Number.isNaN(value));
  const mean = known.reduce((sum, value) => sum + value, 0) / known.length;
  const variance = known.reduce((sum, value) => sum + (value - mean) ** 2, 0) / known.length;
  return { mean, deviation: Math.sqrt(variance) || 1 };
}

/** Values as z-scores. */
export function standardise(column: Float64Array, { mean, deviation }: StandardScaler): Float64Array {
  return column.map((value) => (value - mean) / deviation);
}

/** z-scores as values in the column's unit. */
export function restore(scores: Float64Array, { mean, deviation }: StandardScaler): Float64Array {
  return scores.map((score) => score * deviation + mean);
}
