import type { FunctionHistory } from '#core/replay/history.ts';
import { buildUsage } from '#core/usage/build-usage.ts';
import type { ContainerSeries, Reading } from '#core/usage/reading.ts';
import { knownOrNull, samples } from '../data/usage-history.ts';
import { loggedCalls } from './call-samples.ts';
import type { Trace } from './generate-trace.ts';
import { prometheusRate } from './prometheus-rate.ts';

/** Prometheus takes a sample for the current one for so long. */
const LOOKBACK_MS = 300_000;

/** Increments of the counters on the grid, by the same code that the product collects with. */
export function incrementsHistory(trace: Trace): FunctionHistory {
  const { containers, calls, identity, steps, stepMs, sampling, runs } = trace;
  const { isCounted } = sampling.calls;
  const endMs = identity.startMs + steps * stepMs;
  const reading: Reading = { atMs: endMs, containers, calls: isCounted ? [calls] : [], pods: [] };
  const [usage] = buildUsage(reading, { stepMs, steps, endMs });
  if (usage === undefined) throw new Error('a generated trace has no container');
  return {
    name: usage.name,
    namespace: usage.namespace,
    startMs: identity.startMs + stepMs,
    stepMs,
    cpuCores: samples(usage.series.cpuCores),
    cpuMeanMs: stepMs,
    memoryBytes: samples(usage.series.memoryBytes),
    callsStarted: isCounted ? samples(usage.series.callsStarted) : null,
    cpuLimitCores: knownOrNull(usage.series.cpuLimitCores),
    memoryLimitBytes: knownOrNull(usage.series.memoryLimitBytes),
    oomKillsMs: runs
      .filter(({ isOomKilled }) => isOomKilled)
      .map(({ endS }) => identity.startMs + endS * 1000),
  };
}

/** A series is current for the lookback, but at most 2.5 periods after its last sample: then it is marked stale. */
function newestAt(
  { timesMs, memoryBytes }: ContainerSeries,
  atMs: Float64Array,
  periodMs: number,
): Float64Array {
  let after = 0;
  return atMs.map((at) => {
    while (after < timesMs.length && (timesMs[after] ?? NaN) <= at) after += 1;
    const ageMs = at - (timesMs[after - 1] ?? NaN);
    const isCurrent =
      ageMs <= (after === timesMs.length ? Math.min(LOOKBACK_MS, 2.5 * periodMs) : LOOKBACK_MS);
    return isCurrent ? (memoryBytes[after - 1] ?? NaN) : NaN;
  });
}

/** The larger of two values, a missing one left out. */
function largest(columns: readonly Float64Array[], length: number): Float64Array {
  const most = new Float64Array(length).fill(NaN);
  for (const values of columns) {
    values.forEach((value, at) => {
      if (!((most[at] ?? NaN) >= value) && !Number.isNaN(value)) most[at] = value;
    });
  }
  return most;
}

/** The same function as Prometheus tells it: `rate()` of CPU, memory as it was last seen, each the busiest series'. */
export function rateHistory(trace: Trace): FunctionHistory {
  const { containers, sampling, rateWindowMs, callTimesS, steps, stepMs } = trace;
  const increments = incrementsHistory(trace);
  const atMs = increments.cpuCores.map((_, step) => increments.startMs + step * stepMs);
  const rates = containers.map((series) =>
    prometheusRate(series.timesMs, series.cpuSeconds, atMs, rateWindowMs),
  );
  const memory = containers.map((series) => newestAt(series, atMs, sampling.periodS * 1000));
  const { isCounted, isLogged } = sampling.calls;
  return {
    ...increments,
    cpuCores: largest(rates, steps),
    cpuMeanMs: rateWindowMs,
    memoryBytes: largest(memory, steps),
    callsStarted:
      isCounted && isLogged
        ? loggedCalls(callTimesS, sampling.calls, steps, stepMs)
        : increments.callsStarted,
  };
}
