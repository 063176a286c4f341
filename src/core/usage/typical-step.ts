/** Of a series with one sample. */
const DEFAULT_STEP_MS = 15_000;

/** Differences looked at for the typical one: enough to tell the median, few enough to sort at any length. */
const MOST_DIFFERENCES = 100_001;

/** Median time between samples, rounded to whole seconds where that is nearly it. `timesMs` ascends. */
export function typicalStepMs(timesMs: Float64Array): number {
  if (timesMs.length < 2) return DEFAULT_STEP_MS;
  const count = Math.min(timesMs.length - 1, MOST_DIFFERENCES);
  const differences = Float64Array.from({ length: count }, (_, i) => {
    const at = Math.floor((i * (timesMs.length - 1)) / count);
    return (timesMs[at + 1] ?? 0) - (timesMs[at] ?? 0);
  }).sort();
  const median = differences[count >> 1] ?? DEFAULT_STEP_MS;
  const seconds = Math.round(median / 1000) * 1000;
  const isNear = seconds > 0 && Math.abs(seconds - median) <= 0.1 * median;
  return isNear ? seconds : Math.max(1, Math.round(median));
}
