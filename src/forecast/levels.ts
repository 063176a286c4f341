import type { Quantiles } from '#core/messages/forecast.ts';

export type QuantileName = keyof Quantiles;

/** The quantiles of every peak forecast, ascending. */
export const LEVELS: readonly (readonly [QuantileName, number])[] = [
  ['p50', 0.5],
  ['p90', 0.9],
  ['p95', 0.95],
  ['p99', 0.99],
];
