import { POLICY } from '../constants.ts';
import type { Context } from '../context.ts';
import type { Metric } from '../resources.ts';

/** Forecast, kept to the highest use on record while use is well below it: growth then has nothing to point to. */
export function cappedForecast({ signals, peaks }: Context, metric: Metric, forecast: number): number {
  const last = metric === 'cpu' ? signals.lastCpuCores : signals.lastMemoryBytes;
  const peak = peaks[metric].value;
  if (peak === null || last === null || last >= POLICY.quietShare * peak) return forecast;
  return Math.min(forecast, peak);
}
