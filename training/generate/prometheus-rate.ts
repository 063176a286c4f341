/** A boundary further from a sample than this many mean distances is not extrapolated to. */
const EXTRAPOLATION_THRESHOLD = 1.1;

/** Each value plus all that the counter lost when it began again. */
function withoutResets(values: Float64Array): Float64Array {
  let lost = 0;
  return values.map((value, at) => {
    const before = values[at - 1] ?? 0;
    if (value < before) lost += before;
    return value + lost;
  });
}

/**
 * `rate()` of one counter at each of `atMs`, per second, over the window (at − windowMs, at], as Prometheus computes
 * it: the increase between the window's first and last sample, extrapolated to the window's ends (each at most half a
 * mean distance of samples where a sample is missing there, and not to before the counter's zero), over the window's
 * length. NaN with fewer than two samples. `extrapolatedRate` in promql/functions.go of Prometheus 3; version 2 also
 * took a sample on the window's very beginning. `timesMs` and `atMs` ascend.
 */
export function prometheusRate(
  timesMs: Float64Array,
  values: Float64Array,
  atMs: Float64Array,
  windowMs: number,
): Float64Array {
  const total = withoutResets(values);
  let first = 0;
  let after = 0;
  return atMs.map((at) => {
    while (after < timesMs.length && (timesMs[after] ?? NaN) <= at) after += 1;
    while (first < after && (timesMs[first] ?? NaN) <= at - windowMs) first += 1;
    if (after - first < 2) return NaN;
    const [firstMs, lastMs] = [timesMs[first] ?? NaN, timesMs[after - 1] ?? NaN];
    const increase = (total[after - 1] ?? NaN) - (total[first] ?? NaN);
    const sampledMs = lastMs - firstMs;
    const meanMs = sampledMs / (after - 1 - first);
    const extrapolated = (ms: number): number => (ms >= EXTRAPOLATION_THRESHOLD * meanMs ? meanMs / 2 : ms);
    const toZeroMs = increase > 0 ? sampledMs * ((values[first] ?? NaN) / increase) : Infinity;
    const toStartMs = Math.min(extrapolated(firstMs - (at - windowMs)), toZeroMs);
    const factor = (sampledMs + toStartMs + extrapolated(at - lastMs)) / sampledMs;
    return (increase * factor) / (windowMs / 1000);
  });
}
