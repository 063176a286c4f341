import type { Quantiles } from '#core/messages/forecast.ts';
import type { Metric } from '#core/policy/resources.ts';
import { outcomeOf, tally } from '#core/replay/account.ts';
import type { FunctionHistory } from '#core/replay/history.ts';
import { replayPolicy } from '#core/replay/replay-policy.ts';
import { sizedSeries } from '#core/replay/sized-series.ts';
import type { Timing } from '#core/replay/timing.ts';
import { formatDurationMs } from '#core/units/duration.ts';
import type { FunctionDetail } from './api.ts';
import { type Column, quantilesAt, toColumn, toNumbers } from './column.ts';

/** What is tried in place of what is in force. */
export interface WhatIf {
  /** Share of the peaks that CPU and memory requests are to cover: 0.5 … 0.99. */
  readonly quantile: Readonly<Record<Metric, number>>;
  /** Over that forecast: 1.1 is 10 % more. */
  readonly margin: number;
  readonly cooldownMs: number;
  readonly evidenceMs: number;
}

/** How requests did: the share of samples above them or censored, and their sum ÷ that of use; null without samples. */
export interface Judged {
  readonly short: number | null;
  readonly overUse: number | null;
}

/** What the requests would have been, and what would have come of them on this window. */
export interface WhatIfResult {
  readonly requests: Readonly<Record<Metric, (number | null)[]>>;
  readonly resizes: number;
  readonly outcome: Readonly<Record<Metric, Judged>>;
}

const LEVELS = [
  [0.5, 'p50'],
  [0.9, 'p90'],
  [0.95, 'p95'],
  [0.99, 'p99'],
] as const;

const SIZING_MS = 60_000;

/** The forecast at a share between those that are known: linear in the share. */
export function quantileAt(quantiles: Quantiles, share: number): number {
  const above = LEVELS.findIndex(([level]) => level >= share);
  if (above <= 0) return quantiles[above === 0 ? 'p50' : 'p99'];
  const [[low, lower], [high, upper]] = [LEVELS[above - 1] ?? LEVELS[0], LEVELS[above] ?? LEVELS[3]];
  return quantiles[lower] + ((share - low) / (high - low)) * (quantiles[upper] - quantiles[lower]);
}

/**
 * The shown window under the policy of today with other numbers: the same code as apply-resources runs, over the
 * forecasts as they were made. Another quantile reaches the policy as forecasts whose p90 and p95 it is. Null where no
 * forecast or no request is known.
 */
export function replayWhatIf(detail: FunctionDetail, whatIf: WhatIf): WhatIfResult | null {
  const start = { cpu: firstOf(detail.cpu.request), memory: firstOf(detail.memory.request) };
  const hasForecast = [...detail.forecast.cpu.p50, ...detail.forecast.memory.p50].some((p) => p !== null);
  if (start.cpu === null || start.memory === null || !hasForecast) return null;
  const history = historyOf(detail);
  const timing = timingOf(detail);
  const { requests, resizes } = replayPolicy(history, peaksOf(detail, whatIf), {
    timing,
    cycleSteps: 1,
    phase: 0,
    start: { cpu: start.cpu, memory: start.memory },
    annotations: annotationsOf(detail, whatIf),
    requestMargin: whatIf.margin,
  });
  return {
    requests: { cpu: toColumn(requests.cpu), memory: toColumn(requests.memory) },
    resizes: resizes.length,
    outcome: judge(detail, requests),
  };
}

/** How the requests that were in force did, by the same measure. */
export function outcomesOfWindow(detail: FunctionDetail): WhatIfResult['outcome'] {
  return judge(detail, { cpu: toNumbers(detail.cpu.request), memory: toNumbers(detail.memory.request) });
}

function judge(
  detail: FunctionDetail,
  requests: Readonly<Record<Metric, Float64Array>>,
): WhatIfResult['outcome'] {
  const history = historyOf(detail);
  const of = (metric: Metric): Judged => {
    const sums = tally(sizedSeries(history, metric), requests[metric], timingOf(detail));
    const { short, allocationOverUse } = outcomeOf(sums);
    return { short, overUse: allocationOverUse };
  };
  return { cpu: of('cpu'), memory: of('memory') };
}

/** As apply-resources sizes: once a minute, in force a step later. */
function timingOf({ times, stepMs }: FunctionDetail): Timing {
  const cadenceSteps = Math.max(1, Math.round(SIZING_MS / stepMs));
  return { from: 0, to: times.length, cadenceSteps, delaySteps: 1 };
}

const firstOf = (column: Column): number | null => column.find((value) => value !== null) ?? null;

function historyOf({ row, times, stepMs, usage }: FunctionDetail): FunctionHistory {
  const { series, signals } = usage;
  return {
    name: row.name,
    namespace: row.namespace,
    startMs: times[0] ?? 0,
    stepMs,
    cpuCores: toNumbers(series.cpuCores),
    cpuMeanMs: stepMs,
    memoryBytes: toNumbers(series.memoryBytes),
    callsStarted: toNumbers(series.callsStarted),
    cpuLimitCores: toNumbers(series.cpuLimitCores),
    memoryLimitBytes: toNumbers(series.memoryLimitBytes),
    oomKillsMs: signals.oomKills.map(({ atMs }) => atMs),
  };
}

/** Limits are not replayed. */
const OF_LIMITS: ReadonlySet<string> = new Set(['foresize/cpu-limit', 'foresize/latency-budget']);

/** A wrong annotation would stop the replay, as it stops sizing: then the defaults are tried. */
function annotationsOf(
  { annotations, annotationProblem }: FunctionDetail,
  { cooldownMs, evidenceMs }: WhatIf,
): Record<string, string> {
  const own = annotationProblem === null ? Object.entries(annotations) : [];
  const kept = Object.fromEntries(own.filter(([name]) => !OF_LIMITS.has(name)));
  return {
    ...kept,
    'foresize/cooldown': formatDurationMs(cooldownMs),
    'foresize/evidence': formatDurationMs(evidenceMs),
  };
}

function peaksOf({ forecast }: FunctionDetail, { quantile }: WhatIf) {
  const at = (metric: Metric, step: number): Quantiles | null => {
    const made = quantilesAt(forecast[metric], step);
    if (made === null) return null;
    const asked = quantileAt(made, quantile[metric]);
    return { p50: Math.min(made.p50, asked), p90: asked, p95: asked, p99: Math.max(made.p99, asked) };
  };
  return (step: number) => ({ cpu: at('cpu', step), memory: at('memory', step) });
}
