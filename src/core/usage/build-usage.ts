import type { FunctionUsage } from '../messages/usage.ts';
import type { CleanCalls } from './clean-samples.ts';
import type { FunctionColumns } from './function-columns.ts';
import { cleanCallsOf, cleanRuns, groupByFunction, type FunctionGroup } from './function-groups.ts';
import { alignGrid, emptyColumn, nullable, type Grid } from './grid.ts';
import { addIncrements, noIncrements, perStep } from './increments.ts';
import { podHistory, type PodHistory } from './pod-history.ts';
import type { Reading } from './reading.ts';
import { signalsOf } from './signals/signals.ts';

/** Takes `value` where it is the larger one; says whether it did. */
function raise(column: Float64Array, step: number, value: number): boolean {
  if (Number.isNaN(value) || (column[step] ?? NaN) >= value) return false;
  column[step] = value;
  return true;
}

function add(column: Float64Array, step: number, value: number): void {
  if (!Number.isNaN(value)) column[step] = (Number.isNaN(column[step]) ? 0 : (column[step] ?? 0)) + value;
}

/** One pod's step into the function's: the busiest pod's use with its own limit, sums beside. */
function mergeStep(columns: FunctionColumns, pod: PodHistory, step: number): void {
  const cpuCores = pod.cpuCores[step] ?? NaN;
  if (raise(columns.cpuCores, step, cpuCores)) {
    columns.cpuLimitCores[step] = pod.cpuLimitCores[step] ?? NaN;
  }
  if (raise(columns.memoryBytes, step, pod.memoryBytes[step] ?? NaN)) {
    columns.memoryLimitBytes[step] = pod.memoryLimitBytes[step] ?? NaN;
  }
  raise(columns.throttledSeconds, step, pod.throttledSeconds[step] ?? NaN);
  raise(columns.throttledPeriods, step, pod.throttledPeriods[step] ?? NaN);
  add(columns.totalCpuCores, step, cpuCores);
  if (!Number.isNaN(cpuCores)) add(columns.pods, step, 1);
}

function callsPerStep(calls: CleanCalls | null, grid: Grid): Float64Array {
  if (calls === null) return emptyColumn(grid);
  const increments = noIncrements(grid);
  addIncrements(calls.timesMs, calls.started, calls.maximumGapMs, grid, increments);
  return perStep(increments, grid.stepMs);
}

function mergePods(pods: readonly PodHistory[], calls: CleanCalls | null, grid: Grid): FunctionColumns {
  const columns: FunctionColumns = {
    cpuCores: emptyColumn(grid),
    memoryBytes: emptyColumn(grid),
    callsStarted: callsPerStep(calls, grid),
    pods: emptyColumn(grid),
    totalCpuCores: emptyColumn(grid),
    throttledSeconds: emptyColumn(grid),
    throttledPeriods: emptyColumn(grid),
    cpuLimitCores: emptyColumn(grid),
    memoryLimitBytes: emptyColumn(grid),
  };
  for (const pod of pods) {
    for (let step = 0; step < grid.steps; step += 1) mergeStep(columns, pod, step);
  }
  return columns;
}

function usageOf(group: FunctionGroup, grid: Grid): FunctionUsage {
  const pods = group.pods.map(({ pod, facts, series }) => podHistory(pod, facts, cleanRuns(series), grid));
  const calls = cleanCallsOf(group);
  const columns = mergePods(pods, calls, grid);
  return {
    name: group.name,
    namespace: group.namespace,
    forecaster: 'auto',
    series: {
      cpuCores: nullable(columns.cpuCores),
      memoryBytes: nullable(columns.memoryBytes),
      callsStarted: nullable(columns.callsStarted),
      pods: nullable(columns.pods),
      totalCpuCores: nullable(columns.totalCpuCores),
      throttledSeconds: nullable(columns.throttledSeconds),
      throttledPeriods: nullable(columns.throttledPeriods),
      cpuLimitCores: nullable(columns.cpuLimitCores),
      memoryLimitBytes: nullable(columns.memoryLimitBytes),
    },
    signals: signalsOf(pods, calls, columns, grid),
  };
}

/** A function whose usage is built when it is asked for: that of ten thousand at once takes a few hundred megabytes. */
export interface PendingUsage {
  readonly namespace: string;
  readonly name: string;
  build(): FunctionUsage;
}

/** As `buildUsage`, each function when it is asked for. */
export function pendingUsage(reading: Reading, grid: Grid): readonly PendingUsage[] {
  const aligned = alignGrid(grid);
  return groupByFunction(reading).map((group) => ({
    namespace: group.namespace,
    name: group.name,
    build: () => usageOf(group, aligned),
  }));
}

/**
 * Raw counters with their own times become usage on an even grid that ends at `endMs`, floored to the step: the
 * increments between samples are spread over the steps they fall in, so that the steps add up to the counter's
 * increase; a counter that falls began again at 0; gaps longer than 2.5 sample periods (at least 40 s), and steps
 * without a pod, are null. Pure, and linear in the samples.
 *
 * A function is any that has pods listed or samples of containers; calls alone (anyone can call any name) make none.
 */
export function buildUsage(reading: Reading, grid: Grid): FunctionUsage[] {
  return pendingUsage(reading, grid).map((pending) => pending.build());
}
