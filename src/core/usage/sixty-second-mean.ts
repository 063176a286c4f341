/** CPU is sized by means over this long: shorter samples make requests 2–15 × use (DESIGN §3). */
export const MEAN_MS = 60_000;

/** Steps in 60 s, at least one. */
export function stepsPerMean(stepMs: number): number {
  return Math.max(1, Math.round(MEAN_MS / stepMs));
}

/**
 * Mean of the `steps` values up to and including each one; NaN is a gap. Where the value itself or more than half of
 * the values are gaps, so is the mean. Summed afresh for each, so that nothing drifts.
 */
export function rollingMean(values: Float64Array, steps: number): Float64Array {
  const means = new Float64Array(values.length).fill(NaN);
  for (let at = 0; at < values.length; at += 1) {
    if (Number.isNaN(values[at])) continue;
    let sum = 0;
    let count = 0;
    for (let i = Math.max(0, at - steps + 1); i <= at; i += 1) {
      const value = values[i] ?? NaN;
      if (Number.isNaN(value)) continue;
      sum += value;
      count += 1;
    }
    if (2 * count >= steps) means[at] = sum / count;
  }
  return means;
}
