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
import type { Observed, ObservedFunction, PastPeak, ShownDecision } from './observed.ts';

/** As the usage is a window of one hour, decisions before it are history for others. */
function within(decisions: readonly ShownDecision[], fromMs: number): readonly ShownDecision[] {
  return decisions.filter(({ at }) => at >= fromMs);
}

/** Which sentence it is, whatever its figures are at the moment. */
const wordsOf = (reason: string): string => reason.replaceAll(/\d[\d.]*/g, '#');

/** Of decisions to leave all as it is, for the same reason and by the same path, the first alone. */
function withoutRepeats(decisions: readonly ShownDecision[]): ShownDecision[] {
  const last = new Map<Decision['path'], string>();
  return decisions.filter(({ action, path, reason }) => {
    const told = `${action} ${wordsOf(reason)}`;
    const isRepeat = action !== 'resize' && last.get(path) === told;
    last.set(path, told);
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

type PeakColumns = Record<keyof Quantiles, (number | null)[]>;

/** The forecast in force at each time: null where the last is older than its horizon. */
function peaksInForce(times: readonly number[], peaks: readonly PastPeak[]): (PastPeak['peak'] | null)[] {
  return newestAtEach(times, peaks).map((past, index) =>
    past === null || (times[index] ?? 0) - past.at > past.peak.horizon ? null : past.peak,
  );
}

/** As decisions say that they were made; else as they were made or would have been without a decision. */
function peakColumns(
  times: readonly number[],
  { decisions, forecast, pastPeaks }: ObservedFunction,
): Readonly<Record<Metric, PeakColumns>> {
  const decided = decisions.flatMap(({ at, peak }) => (peak === undefined ? [] : [{ at, peak }]));
  const otherwise = peaksInForce(times, [...(pastPeaks?.() ?? []), { at: forecast.at, peak: forecast.peak }]);
  const inForce = peaksInForce(times, decided).map((peak, index) => peak ?? otherwise[index] ?? null);
  const column = (metric: Metric, level: keyof Quantiles): (number | null)[] =>
    inForce.map((peak) => peak?.[metric]?.[level] ?? null);
  const columns = (metric: Metric): PeakColumns => ({
    p50: column(metric, 'p50'),
    p90: column(metric, 'p90'),
    p95: column(metric, 'p95'),
    p99: column(metric, 'p99'),
  });
  return { cpu: columns('cpu'), memory: columns('memory') };
}

const scaled = (values: Column, factor: number): (number | null)[] =>
  values.map((value) => (value === null ? null : value * factor));

/** What the page draws of one function. Pure, and linear in the samples and decisions. */
export function functionDetail(
  observed: ObservedFunction,
  { at, stepMs, target }: Pick<Observed, 'at' | 'stepMs' | 'target'>,
): FunctionDetail {
  const { live, usage, forecast, decisions, calls = null } = observed;
  const { series } = usage;
  const steps = series.cpuCores.length;
  const times = Array.from({ length: steps }, (_, step) => at - (steps - 1 - step) * stepMs);
  const allocated = allocatedAtEach(times, observed);
  return {
    row: functionRow(observed, { at, stepMs }),
    at,
    target,
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
      ...peakColumns(times, observed),
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
