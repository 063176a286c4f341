import type { DataSet, FunctionHistory } from '#core/replay/history.ts';
import { factsOf, type GeneratedFacts } from './facts.ts';
import { generateTrace } from './generate-trace.ts';
import { incrementsHistory, rateHistory } from './histories.ts';

export interface GenerateOptions {
  /** Length of a history, at most 168. @default 4 */
  readonly hours?: number;
  /** What a CPU value is: the increment of a counter, or a rate over a window. @default 'any' */
  readonly kind?: 'increments' | 'rate' | 'any';
}

export interface Generated {
  readonly history: FunctionHistory;
  readonly facts: GeneratedFacts;
}

const DEFAULT_HOURS = 4;

/**
 * One function's history as it could have been recorded: calls arrive, cost CPU and hold memory, limits and the node
 * hold back, containers start again, and counters are sampled with all that goes wrong in it. README.md has the
 * distributions. The same seed (any safe integer) and options give the same history; the kind changes what is seen of
 * a function, not what it does. Linear in the hours. Throws `data-invalid` for hours and seeds that are none.
 *
 * ```ts
 * const { history, facts } = generateHistory(7, { hours: 2, kind: 'increments' });
 * ```
 */
export function generateHistory(seed: number, options: GenerateOptions = {}): Generated {
  const { hours = DEFAULT_HOURS, kind = 'any' } = options;
  const trace = generateTrace(seed, hours);
  const isIncrements = kind === 'any' ? trace.isIncrements : kind === 'increments';
  return isIncrements
    ? { history: incrementsHistory(trace), facts: factsOf(trace, null) }
    : { history: rateHistory(trace), facts: factsOf(trace, trace.rateWindowMs) };
}

/** Histories of the seeds `firstSeed`, `firstSeed` + 1, … */
export function generateDataSet(firstSeed: number, count: number, options: GenerateOptions = {}): DataSet {
  return {
    name: `generated-${firstSeed}-${firstSeed + count - 1}`,
    histories: Array.from({ length: count }, (_, i) => generateHistory(firstSeed + i, options).history),
  };
}
