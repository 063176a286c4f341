import type { Metric } from '../policy/resources.ts';
import { censoredSteps, killedSteps } from '../usage/signals/censoring.ts';
import { MEAN_MS, rollingMean, stepsPerMean } from '../usage/sixty-second-mean.ts';
import type { FunctionHistory } from './history.ts';

/** What is sized of one resource, step by step: 60 s means of CPU, or longer ones where that is all there is. */
export interface SizedSeries {
  readonly metric: Metric;
  /** Samples as they are; NaN is a gap. */
  readonly values: Float64Array;
  /** What is sized of them: the same array where that is the samples themselves. */
  readonly use: Float64Array;
  /** 1 where use was held down by a limit, or a process was killed at it: demand was higher than what was seen. */
  readonly censored: Uint8Array;
  /** The limit that was in force; null where none is known. */
  readonly limit: Float64Array | null;
  readonly stepMs: number;
}

/** One resource of a history as it is sized and judged. Anything that is no finite number ≥ 0 is a gap. */
export function sizedSeries(history: FunctionHistory, metric: Metric): SizedSeries {
  const { stepMs, cpuLimitCores, memoryLimitBytes } = history;
  const values = clean(metric === 'cpu' ? history.cpuCores : history.memoryBytes);
  const use = metric === 'cpu' ? sizedCpu(values, history) : values;
  const limit = metric === 'cpu' ? cpuLimitCores : memoryLimitBytes;
  const atLimit = metric === 'cpu' && limit !== null;
  const killed = killedSteps(history.oomKillsMs, { startMs: history.startMs, stepMs, length: use.length });
  const censored = atLimit ? censoredSteps(use, limit).map((at, i) => at | (killed[i] ?? 0)) : killed;
  return { metric, values, use, censored, limit, stepMs };
}

/** Samples too far apart for any 60 s mean stand for the minute around them. */
function sizedCpu(values: Float64Array, { cpuMeanMs, stepMs }: FunctionHistory): Float64Array {
  if (cpuMeanMs >= MEAN_MS) return values;
  const means = rollingMean(values, stepsPerMean(stepMs));
  return means.every(Number.isNaN) ? values : means;
}

function clean(values: Float64Array): Float64Array {
  return values.map((value) => (Number.isFinite(value) && value >= 0 ? value : NaN));
}
