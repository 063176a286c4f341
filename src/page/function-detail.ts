import { readSettings } from '#core/annotations/read-settings.ts';
import type { Decision } from '#core/messages/decision.ts';
import type { Quantiles } from '#core/messages/forecast.ts';
import type { Metric } from '#core/policy/resources.ts';
import type { Resources } from '#core/usage/reading.ts';
import { rollingMean, stepsPerMean } from '#core/usage/sixty-second-mean.ts';
import { allocationsOf, newestAtEach } from './allocation.ts';
import type { FunctionDetail } from './api.ts';
import { type Column, toColumn, toNumbers } from './column.ts';
import { allocatedOf, functionRow } from './function-row.ts';
import { latencyColumn } from './latency-column.ts';
import type { Observed, ObservedFunction, PastPeak } from './observed.ts';

/** As the usage is a window of one hour, decisions before it are history for others. */
function within(decisions: readonly Decision[], fromMs: number): readonly Decision[] {
  return decisions.filter(({ at }) => at >= fromMs);
}

/** Of decisions to leave all as it is, for the same reason and by the same path, the first alone. */
function withoutRepeats(decisions: readonly Decision[]): Decision[] {
  const last = new Map<Decision['path'], string>();
  return decisions.filter(({ action, path, reason }) => {
    const isRepeat = action !== 'resize' && last.get(path) === `${action} ${reason}`;
    last.set(path, `${action} ${reason}`);
    return !isRepeat;
  });
}

function sixtySecondMeans(values: Column, stepMs: number): (number | null)[] {
  return toColumn(rollingMean(toNumbers(values), stepsPerMean(stepMs)));
}

const NOTHING: Resources = {
  cpuRequestCores: null,
  cpuLimitCores: null,
  memoryRequestBytes: null,
  memoryLimitBytes: null,
};

/**
 * What the pods had at each time; before the first decision as it found them, and without any as they have it now.
 * Nothing before the first sample: there may have been no pod.
 */
function allocatedAtEach(
  times: readonly number[],
  { decisions, live, usage }: ObservedFunction,
): Resources[] {
  const allocations = allocationsOf(decisions);
  const first = decisions.find(({ from }) => from !== null)?.from ?? allocatedOf(live);
  const seen = usage.series.memoryBytes.findIndex((value) => value !== null);
  return newestAtEach(times, allocations).map((known, step) =>
    seen < 0 || step < seen ? NOTHING : (known?.resources ?? first),
  );
}

/** The quantiles of the forecast in force at each time; null where the last is older than its horizon. */
function peakColumns(
  times: readonly number[],
  peaks: readonly PastPeak[],
  metric: Metric,
): Record<keyof Quantiles, (number | null)[]> {
  const inForce = newestAtEach(times, peaks).map((past, index) => {
    const isOver = past === null || (times[index] ?? 0) - past.at > past.peak.horizon;
    return isOver ? null : past.peak[metric];
  });
  const column = (level: keyof Quantiles): (number | null)[] =>
    inForce.map((quantiles) => quantiles?.[level] ?? null);
  return { p50: column('p50'), p90: column('p90'), p95: column('p95'), p99: column('p99') };
}

/** Those that are given, or those of the decisions; and the newest. */
function peaksOf({ peaks, decisions, forecast }: ObservedFunction): readonly PastPeak[] {
  const past = peaks ?? decisions.flatMap(({ at, peak }) => (peak === undefined ? [] : [{ at, peak }]));
  const { at, peak } = forecast;
  return (past.at(-1)?.at ?? -Infinity) < at ? [...past, { at, peak }] : past;
}

const scaled = (values: Column, factor: number): (number | null)[] =>
  values.map((value) => (value === null ? null : value * factor));

/** What the page draws of one function. Pure, and linear in the samples and decisions. */
export function functionDetail(
  observed: ObservedFunction,
  { at, stepMs }: Pick<Observed, 'at' | 'stepMs'>,
): FunctionDetail {
  const { live, usage, forecast, decisions, calls = null } = observed;
  const { series } = usage;
  const steps = series.cpuCores.length;
  const times = Array.from({ length: steps }, (_, step) => at - (steps - 1 - step) * stepMs);
  const allocated = allocatedAtEach(times, observed);
  const peaks = peaksOf(observed);
  return {
    row: functionRow(observed, at),
    at,
    stepMs,
    times,
    cpu: {
      use: sixtySecondMeans(series.cpuCores, stepMs),
      request: allocated.map(({ cpuRequestCores }) => cpuRequestCores),
      limit: allocated.map(({ cpuLimitCores }, step) => series.cpuLimitCores[step] ?? cpuLimitCores),
    },
    memory: {
      use: series.memoryBytes,
      request: allocated.map(({ memoryRequestBytes }) => memoryRequestBytes),
      limit: allocated.map(({ memoryLimitBytes }, step) => series.memoryLimitBytes[step] ?? memoryLimitBytes),
    },
    forecast: {
      horizonMs: forecast.peak.horizon,
      cpu: peakColumns(times, peaks, 'cpu'),
      memory: peakColumns(times, peaks, 'memory'),
    },
    throttledShare: scaled(series.throttledSeconds, 1000 / stepMs),
    callsPerSecond: scaled(series.callsStarted, 1000 / stepMs),
    latencyP95Seconds:
      calls === null ? times.map(() => null) : latencyColumn(calls, { endMs: at, stepMs, steps }),
    peak: forecast.peak,
    evidence: forecast.evidence,
    annotations: Object.fromEntries(
      Object.entries(live.annotations).filter(([name]) => name.startsWith('foresize/')),
    ),
    annotationProblem: readSettings(live.annotations).problem,
    decisions: withoutRepeats(within(decisions, times[0] ?? at)),
    usage,
  };
}
