import type { Recommendation } from '#core/recommend/recommendation.ts';
import { formatCpuCores } from '#core/units/quantity.ts';
import { formatValue, type Metric, roundUp, UNIT } from '#core/policy/resources.ts';

export const NONE = '–';

/** `100m` or `40Mi`; a dash for none. */
export function amount(metric: Metric, value: number | null): string {
  if (value === null) return NONE;
  return metric === 'cpu' ? formatCpuCores(value) : formatValue('memory', roundUp('memory', value));
}

/** `100m → 6m`; one of them where they are written alike. */
export function change(metric: Metric, before: number | null, after: number | null): string {
  const [from, to] = [amount(metric, before), amount(metric, after)];
  return from === to ? from : `${from} → ${to}`;
}

/** `−94m` for what is freed, `+6m` for what is asked for. */
export function savedText(metric: Metric, saved: number): string {
  if (Math.abs(saved) < UNIT[metric] / 2) return '0';
  return `${saved > 0 ? '−' : '+'}${amount(metric, Math.abs(saved))}`;
}

/** `4m/5m/60m` of p50, p95 and peak. */
export function useText(metric: Metric, { p50, p95, peak }: Recommendation['use']['cpu']): string {
  if (peak === null) return NONE;
  return [p50, p95, peak].map((value) => amount(metric, value)).join('/');
}

/** How many times as long work takes: `×3.9`; a dash where it is not slowed. */
export function slowdownText(stretch: number | null): string {
  return stretch === null || stretch < 0.05 ? NONE : `×${(1 + stretch).toFixed(1)}`;
}
