import type { FunctionHistory } from '#core/replay/history.ts';
import type { FunctionUsage } from '#core/messages/usage.ts';
import { gridStartMs, type Grid } from '#core/usage/grid.ts';

/** Usage built from counters on `grid` (its end on a whole step) as a history: CPU are means of a step. */
export function historyOfUsage(
  { name, namespace, series, signals }: FunctionUsage,
  grid: Grid,
): FunctionHistory {
  return {
    name,
    namespace,
    startMs: gridStartMs(grid) + grid.stepMs,
    stepMs: grid.stepMs,
    cpuCores: samples(series.cpuCores),
    cpuMeanMs: grid.stepMs,
    memoryBytes: samples(series.memoryBytes),
    callsStarted: knownOrNull(series.callsStarted),
    cpuLimitCores: knownOrNull(series.cpuLimitCores),
    memoryLimitBytes: knownOrNull(series.memoryLimitBytes),
    oomKillsMs: signals.oomKills.map(({ atMs }) => atMs).sort((a, b) => a - b),
  };
}

/** A column of a message as one of a history. */
export function samples(series: readonly (number | null)[]): Float64Array {
  return Float64Array.from(series, (value) => value ?? NaN);
}

/** Null where not one value is known. */
export function knownOrNull(series: readonly (number | null)[]): Float64Array | null {
  return series.every((value) => value === null) ? null : samples(series);
}
