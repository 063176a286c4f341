import type { Quantiles } from '#core/messages/forecast.ts';

/** Values over time as they are sent: null is a gap. */
export type Column = readonly (number | null)[];

/** With gaps as NaN. */
export function toNumbers(column: Column): Float64Array {
  return Float64Array.from(column, (value) => value ?? NaN);
}

/** With NaN as gaps. */
export function toColumn(values: Float64Array): (number | null)[] {
  return Array.from(values, (value) => (Number.isNaN(value) ? null : value));
}

/** The forecast that was made at a step; null where any of it is not known. */
export function quantilesAt(
  { p50, p90, p95, p99 }: Readonly<Record<keyof Quantiles, Column>>,
  step: number,
): Quantiles | null {
  const known = [p50[step] ?? null, p90[step] ?? null, p95[step] ?? null, p99[step] ?? null] as const;
  if (known[0] === null || known[1] === null || known[2] === null || known[3] === null) return null;
  return { p50: known[0], p90: known[1], p95: known[2], p99: known[3] };
}
