import type { Quantiles } from '#core/messages/forecast.ts';

export type QuantileName = keyof Quantiles;

/** The quantiles of every peak forecast, ascending. */
export const LEVELS: readonly (readonly [QuantileName, number])[] = [
  ['p50', 0.5],
  ['p90', 0.9],
  ['p95', 0.95],
  ['p99', 0.99],
];

/** The same of each quantile. */
export function byQuantile<T>(of: (name: QuantileName, level: number) => T): Record<QuantileName, T> {
  return { p50: of('p50', 0.5), p90: of('p90', 0.9), p95: of('p95', 0.95), p99: of('p99', 0.99) };
}
