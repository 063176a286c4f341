import { ForesizeError } from '#core/errors/error.ts';
import type { FunctionHistory } from '#core/replay/history.ts';
import { typicalStepMs } from '#core/usage/typical-step.ts';
import type { CallsFile, DataFile, UsageFile } from './data-file.ts';
import { countOnGrid, layOnGrid, type Combination, type SampleGrid } from './even-grid.ts';
import { inOrder } from './sample-order.ts';

/** How files become histories; what a file does not say. */
export interface FileOptions {
  /** Of the function. @default the file's name */
  readonly name?: string;
  /** @default openfaas-fn */
  readonly namespace?: string;
  /** Of the grid. @default the typical time between samples */
  readonly stepMs?: number;
  /**
   * How long a time each CPU value is the mean of.
   * @default 300000: the study's `cpu_usage` is `rate(container_cpu_usage_seconds_total[5m])`
   */
  readonly cpuMeanMs?: number;
}

const RATE_MS = 300_000;

/** Of a grid: 16 years of 15 s. Beyond it, one wrong time asks for more memory than there is. */
const MOST_STEPS = 2 ** 25;

const invalid = (message: string): ForesizeError => new ForesizeError('data-invalid', message);

/** A file in order, and the typical time between its samples. */
interface Sampled {
  readonly file: UsageFile;
  readonly periodMs: number;
}

/**
 * Files read together become histories: those with both memory and CPU one each; one with memory alone and one with
 * CPU alone are joined on their times; calls are counted into the steps of the one function there is, where none is 0.
 * Throws `data-invalid` for calls without usage, and for files that do not tell what belongs together.
 */
export function joinFiles(
  files: readonly DataFile[],
  nameOf: (paths: readonly string[], isOnly: boolean) => string,
  options: FileOptions,
): FunctionHistory[] {
  const usage = files.filter((file) => file.kind === 'usage');
  const calls = files.filter((file) => file.kind === 'calls');
  const groups = groupUsage(usage);
  const [first] = calls;
  if (groups.length === 0) {
    throw invalid(
      `${first?.path ?? 'this'} holds calls alone: name a file with mem_usage or cpu_usage beside it`,
    );
  }
  if (first !== undefined && groups.length > 1) {
    throw invalid(
      `${first.path}: which of ${groups.length} functions was called is not known: read each with its calls`,
    );
  }
  return groups.map((group) =>
    historyOf(
      group,
      calls,
      nameOf(
        group.map(({ path }) => path),
        groups.length === 1,
      ),
      options,
    ),
  );
}

/** Files that belong to one function. */
function groupUsage(files: readonly UsageFile[]): readonly (readonly UsageFile[])[] {
  const memory = files.filter(({ cpuCores }) => cpuCores === null);
  const cpu = files.filter(({ memoryBytes }) => memoryBytes === null);
  const whole = files.filter(({ cpuCores, memoryBytes }) => cpuCores !== null && memoryBytes !== null);
  const parts = [...cpu, ...memory];
  if (memory.length > 1 || cpu.length > 1 || (parts.length > 0 && whole.length > 0)) {
    throw invalid(
      `${files.map(({ path }) => path).join(', ')}: what belongs together is not known: read the files of each function apart`,
    );
  }
  return parts.length === 0 ? whole.map((file) => [file]) : [parts];
}

function historyOf(
  files: readonly UsageFile[],
  calls: readonly CallsFile[],
  name: string,
  options: FileOptions,
): FunctionHistory {
  const sampled = files.map(inOrder).map((file) => ({ file, periodMs: typicalStepMs(file.timesMs) }));
  const grid = gridOf(sampled, options.stepMs);
  const counted = columnOf(sampled, 'invocations', grid, 'sum');
  return {
    name: options.name ?? name,
    namespace: options.namespace ?? 'openfaas-fn',
    startMs: grid.startMs,
    stepMs: grid.stepMs,
    cpuCores: columnOf(sampled, 'cpuCores', grid, 'mean') ?? new Float64Array(grid.steps).fill(NaN),
    cpuMeanMs: options.cpuMeanMs ?? RATE_MS,
    memoryBytes: columnOf(sampled, 'memoryBytes', grid, 'last') ?? new Float64Array(grid.steps).fill(NaN),
    callsStarted: calls.length === 0 ? counted : callsOf(calls, grid, counted !== null),
    cpuLimitCores: null,
    memoryLimitBytes: null,
    oomKillsMs: [],
  };
}

function columnOf(
  sampled: readonly Sampled[],
  key: 'memoryBytes' | 'cpuCores' | 'invocations',
  grid: SampleGrid,
  combination: Combination,
): Float64Array | null {
  const [holder, second] = sampled.filter(({ file }) => file[key] !== null);
  if (second !== undefined) throw invalid(`${second.file.path}: column invocations is in two files`);
  const values = holder?.file[key] ?? null;
  if (holder === undefined || values === null) return null;
  return layOnGrid({ timesMs: holder.file.timesMs, values, periodMs: holder.periodMs }, grid, combination);
}

/** From the first sample of all files to the last, at the coarsest of their steps. */
function gridOf(sampled: readonly Sampled[], stepMs: number | undefined): SampleGrid {
  const periodMs = Math.max(...sampled.map((part) => part.periodMs));
  const firsts = sampled.map(({ file }) => file.timesMs[0] ?? 0);
  const lasts = sampled.map(({ file }) => file.timesMs.at(-1) ?? 0);
  const paths = sampled.map(({ file }) => file.path).join(' and ');
  if (Math.max(...firsts) > Math.min(...lasts)) {
    throw invalid(`${paths} have no time in common: they hold ${spans(firsts, lasts)}`);
  }
  const step = stepMs ?? periodMs;
  if (step < 0.9 * periodMs) {
    throw invalid(`${paths}: a step of ${step} ms is finer than the ${periodMs} ms between samples`);
  }
  const startMs = Math.round(Math.min(...firsts));
  const steps = Math.max(0, Math.ceil((Math.max(...lasts) - startMs - periodMs / 2) / step)) + 1;
  if (steps > MOST_STEPS) {
    throw invalid(
      `${paths}: ${spans(firsts, lasts)} is ${steps} steps of ${step} ms, more than ${MOST_STEPS}; correct the times, or choose a longer step`,
    );
  }
  return { startMs, stepMs: step, steps };
}

function spans(firsts: readonly number[], lasts: readonly number[]): string {
  return firsts
    .map((first, i) => `${new Date(first).toISOString()} to ${new Date(lasts[i] ?? 0).toISOString()}`)
    .join(' and ');
}

function callsOf(calls: readonly CallsFile[], grid: SampleGrid, areCounted: boolean): Float64Array {
  const counts = new Float64Array(grid.steps);
  for (const { path, timesMs } of calls) {
    if (areCounted) throw invalid(`${path}: the calls are counted in the column invocations already`);
    const added = countOnGrid(timesMs, grid);
    if (!added.some((count) => count > 0)) {
      throw invalid(`${path}: none of its ${timesMs.length} calls falls into the time of the usage`);
    }
    for (let step = 0; step < counts.length; step += 1)
      counts[step] = (counts[step] ?? 0) + (added[step] ?? 0);
  }
  return counts;
}
