import { POLICY } from '../constants.ts';
import type { Context } from '../context.ts';
import { formatValue, type Metric } from '../resources.ts';

export interface CappedForecast {
  readonly value: number;
  /** For a person: what was forecast, and what it was kept to. */
  readonly told: string;
}

interface Cap {
  readonly most: number;
  readonly told: string;
}

/** Forecast of the peak, kept to what the record can answer for. Null without a forecast. */
export function cappedForecast(
  context: Context,
  metric: Metric,
  level: 'p90' | 'p95',
): CappedForecast | null {
  const value = context.forecast.peak[metric]?.[level];
  if (value === undefined) return null;
  const told = `peak forecast (${level}) ${formatValue(metric, value)}`;
  const cap = capOf(context, metric);
  if (cap === null || value <= cap.most) return { value, told };
  return { value: cap.most, told: `${told}, kept to ${cap.told},` };
}

/**
 * The highest use on record while use is well below it: growth then has nothing to point to. Little more than that
 * before the evidence is complete: forecasts of a step overshoot (measured: twofold), and until then nothing that grew
 * too far is taken back.
 */
function capOf({ signals, peaks }: Context, metric: Metric): Cap | null {
  const { value: peak, missing } = peaks[metric];
  if (peak === null) return null;
  const record = `the highest use on record, ${formatValue(metric, peak)}`;
  const last = metric === 'cpu' ? signals.lastCpuCores : signals.lastMemoryBytes;
  if (last !== null && last < POLICY.quietShare * peak) return { most: peak, told: record };
  if (missing === null) return null;
  const lead = POLICY.leadBeforeEvidence;
  return { most: peak * lead, told: `${lead} × ${record} (growth could not be taken back: ${missing})` };
}
