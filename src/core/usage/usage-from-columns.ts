import { ForesizeError } from '../errors/error.ts';
import type { FunctionUsage, UsageMessage } from '../messages/usage.ts';
import type { UsageColumns } from './csv.ts';
import { nullable } from './grid.ts';
import { largest } from './signals/newest-and-largest.ts';
import { noSignals } from './signals/no-signals.ts';
import { rollingMean, stepsPerMean } from './sixty-second-mean.ts';
import { typicalStepMs } from './typical-step.ts';

/** The longest series a message holds. */
const MAXIMUM_STEPS = 2880;

export type ColumnsUsage = Pick<UsageMessage, 'at' | 'stepMs'> & { readonly usage: FunctionUsage };

const invalid = (message: string): ForesizeError => new ForesizeError('csv-invalid', message);

/** Sample indices in order of time. Throws at two samples of one time. */
function ordered({ timesMs, lines }: UsageColumns): readonly number[] {
  const order = Array.from(timesMs.keys()).sort((a, b) => (timesMs[a] ?? 0) - (timesMs[b] ?? 0) || a - b);
  order.forEach((sample, i) => {
    const before = order[i - 1];
    if (before === undefined || timesMs[before] !== timesMs[sample]) return;
    throw invalid(
      `lines ${lines[before] ?? before} and ${lines[sample] ?? sample} have the same Time ${timesMs[sample] ?? NaN}`,
    );
  });
  return order;
}

const last = (column: Float64Array): number | null => {
  const value = column.at(-1) ?? NaN;
  return Number.isNaN(value) ? null : value;
};

/**
 * Columns of samples become one function's usage on an even grid that ends at the newest sample: the step is the
 * median difference of times; a step without a sample is a gap; unsorted samples are sorted. Signals other than last
 * and largest use are unknown. Throws `csv-invalid` without samples, for two of one time, and for more steps than a
 * message holds.
 */
export function usageFromColumns(
  columns: UsageColumns,
  identity: { name: string; namespace: string },
): ColumnsUsage {
  const order = ordered(columns);
  const newest = order.at(-1);
  const oldest = order[0];
  if (newest === undefined || oldest === undefined) throw invalid('there is no sample after the first line');
  const stepMs = typicalStepMs(Float64Array.from(order, (sample) => columns.timesMs[sample] ?? 0));
  const at = Math.round(columns.timesMs[newest] ?? 0);
  const steps = Math.round((at - (columns.timesMs[oldest] ?? 0)) / stepMs) + 1;
  if (steps > MAXIMUM_STEPS) {
    throw invalid(
      `from line ${columns.lines[oldest] ?? 0} to line ${columns.lines[newest] ?? 0} are ${steps} steps of ${stepMs} ms, more than ${MAXIMUM_STEPS}`,
    );
  }
  const lay = (values: Float64Array | null): Float64Array => {
    const laid = new Float64Array(steps).fill(NaN);
    for (const sample of order) {
      const step = steps - 1 - Math.round((at - (columns.timesMs[sample] ?? 0)) / stepMs);
      const value = values?.[sample] ?? NaN;
      if (!Number.isNaN(value)) laid[step] = value;
    }
    return laid;
  };
  const cpuCores = lay(columns.cpuCores);
  const memoryBytes = lay(columns.memoryBytes);
  const means = rollingMean(cpuCores, stepsPerMean(stepMs));
  const unknown = new Array<null>(steps).fill(null);
  return {
    at,
    stepMs,
    usage: {
      ...identity,
      forecaster: 'auto',
      series: {
        cpuCores: nullable(cpuCores),
        memoryBytes: nullable(memoryBytes),
        callsStarted: nullable(lay(columns.invocations)),
        pods: unknown,
        totalCpuCores: nullable(cpuCores),
        throttledSeconds: unknown,
        throttledPeriods: unknown,
        cpuLimitCores: unknown,
        memoryLimitBytes: unknown,
      },
      signals: {
        ...noSignals(),
        lastCpuCores: last(means),
        lastMemoryBytes: last(memoryBytes),
        maximumCpuCores: largest(means),
        maximumMemoryBytes: largest(memoryBytes),
      },
    },
  };
}
