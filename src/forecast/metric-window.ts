import type { FunctionUsage } from '#core/messages/usage.ts';
import { censoredSteps, killedSteps } from '#core/usage/signals/censoring.ts';
import { rollingMean, stepsPerMean } from '#core/usage/sixty-second-mean.ts';
import type { MetricWindow } from './forecaster.ts';

/** The grid of a message: Unix ms of its last point, its step, and how far ahead the peak is asked for. */
export interface ForecastGrid {
  readonly at: number;
  readonly stepMs: number;
  readonly horizonMs: number;
}

/** One function's two windows. CPU's `censored` are samples at the limit and OOM kills, memory's the kills alone. */
export interface FunctionWindows {
  readonly cpu: MetricWindow;
  readonly memory: MetricWindow;
}

/** A message's series as typed arrays: gaps, and anything that is no finite number ≥ 0, become NaN. */
export function samplesOf(series: readonly (number | null)[]): Float64Array {
  const samples = new Float64Array(series.length);
  for (let i = 0; i < series.length; i++) {
    const value = series[i] ?? NaN;
    samples[i] = Number.isFinite(value) && value >= 0 ? value : NaN;
  }
  return samples;
}

/** Steps with a kill for memory, of a column that ends at the grid's last point. */
function killedIn(usage: FunctionUsage, length: number, { at, stepMs }: ForecastGrid): Uint8Array {
  const killsMs = usage.signals.oomKills.map(({ atMs }) => atMs);
  return killedSteps(killsMs, { startMs: at - (length - 1) * stepMs, stepMs, length });
}

/**
 * 60 s means. Where samples lie too far apart for any, each stands for the minute around it; but the first samples of
 * a longer window do not: a function that has just started shows mostly its start in them.
 */
function sizedBy(values: Float64Array, stepMs: number): Float64Array {
  const steps = stepsPerMean(stepMs);
  const means = rollingMean(values, steps);
  if (!means.every(Number.isNaN)) return means;
  const known = (value: number): boolean => !Number.isNaN(value);
  const span = values.findLastIndex(known) - values.findIndex(known);
  return span >= steps || values.length < steps ? values : means;
}

/** The windows that forecasters see of one function's usage. */
export function windowsOf(usage: FunctionUsage, grid: ForecastGrid): FunctionWindows {
  const { stepMs } = grid;
  const horizonSteps = Math.max(1, Math.ceil(grid.horizonMs / stepMs));
  const values = samplesOf(usage.series.cpuCores);
  const memory = samplesOf(usage.series.memoryBytes);
  const calls = usage.series.callsStarted.length === 0 ? null : samplesOf(usage.series.callsStarted);
  const control = sizedBy(values, stepMs);
  const censored = censoredSteps(control, samplesOf(usage.series.cpuLimitCores));
  const killedCpu = killedIn(usage, values.length, grid);
  const shared = { calls, stepMs, horizonSteps };
  return {
    cpu: {
      ...shared,
      metric: 'cpu',
      values,
      other: memory,
      control,
      censored: censored.map((at, i) => at | (killedCpu[i] ?? 0)),
    },
    memory: {
      ...shared,
      metric: 'memory',
      values: memory,
      other: values,
      control: memory,
      censored: killedIn(usage, memory.length, grid),
    },
  };
}
