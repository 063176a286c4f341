import { POLICY } from '../constants.ts';
import type { Context } from '../context.ts';
import { formatValue, type Metric } from '../resources.ts';

export interface CappedForecast {
  readonly value: number;
  /** For a person: what was forecast, and what it was kept to. */
  readonly told: string;
}

/**
 * Forecast of the peak, kept to the highest use on record while use is well below it: growth then has nothing to point
 * to. Null without a forecast.
 */
export function cappedForecast(
  { forecast, signals, peaks }: Context,
  metric: Metric,
  level: 'p90' | 'p95',
): CappedForecast | null {
  const value = forecast.peak[metric]?.[level];
  if (value === undefined) return null;
  const told = `peak forecast (${level}) ${formatValue(metric, value)}`;
  const last = metric === 'cpu' ? signals.lastCpuCores : signals.lastMemoryBytes;
  const peak = peaks[metric].value;
  if (peak === null || last === null || last >= POLICY.quietShare * peak || peak >= value)
    return { value, told };
  return { value: peak, told: `${told}, kept to the highest use on record, ${formatValue(metric, peak)},` };
}
