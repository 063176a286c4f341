/** Series framed for supervised learning: each row holds the values before a step, and the step's own. */
export interface Supervised {
  /** `var1(t-3)`, `var2(t-3)`, … `var2(t-1)`, then `var1(t)`, `var2(t)`. */
  readonly names: readonly string[];
  readonly rows: number;
  /** rows × lags × variables, the oldest lag first. */
  readonly inputs: Float32Array;
  /** rows × variables. */
  readonly targets: Float32Array;
  /** The step t of each row. */
  readonly steps: Int32Array;
}

/** Names of the columns, as the study's `series_to_supervised` makes them. */
export function supervisedNames(variables: number, lags: number): readonly string[] {
  const suffixes = [...Array.from({ length: lags }, (_, i) => `(t-${lags - i})`), '(t)'];
  return suffixes.flatMap((suffix) => Array.from({ length: variables }, (_, j) => `var${j + 1}${suffix}`));
}

/**
 * The last `lags` values of every column as inputs and the next as targets; rows in which any is NaN are dropped.
 *
 * @example
 * seriesToSupervised([Float64Array.of(1, 2, 3, 4)], 3).names; // var1(t-3), var1(t-2), var1(t-1), var1(t)
 */
export function seriesToSupervised(columns: readonly Float64Array[], lags: number): Supervised {
  const length = columns[0]?.length ?? 0;
  const known = Array.from({ length }, (_, t) => columns.every((column) => !Number.isNaN(column[t] ?? NaN)));
  const steps: number[] = [];
  let run = 0;
  for (const [t, whole] of known.entries()) {
    run = whole ? run + 1 : 0;
    if (run > lags) steps.push(t);
  }
  const width = columns.length;
  const inputs = new Float32Array(steps.length * lags * width);
  const targets = new Float32Array(steps.length * width);
  for (const [row, t] of steps.entries()) {
    inputs.set(lagsBefore(columns, t, lags), row * lags * width);
    targets.set(
      columns.map((column) => column[t] ?? NaN),
      row * width,
    );
  }
  return {
    names: supervisedNames(width, lags),
    rows: steps.length,
    inputs,
    targets,
    steps: Int32Array.from(steps),
  };
}

/** The `lags` values of every column before step `t`, lag by lag, the oldest first. */
export function lagsBefore(columns: readonly Float64Array[], t: number, lags: number): readonly number[] {
  return Array.from({ length: lags }, (_, i) => columns.map((column) => column[t - lags + i] ?? NaN)).flat();
}
