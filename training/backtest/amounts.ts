import type { Metric } from '#core/policy/resources.ts';

/** An amount of a resource to three digits, such as `16.3m` or `7.61Mi`; nothing is rounded to what can be set. */
export function formatAmount(metric: Metric, value: number): string {
  return metric === 'cpu' ? `${threeDigits(value * 1000)}m` : `${threeDigits(value / 2 ** 20)}Mi`;
}

function threeDigits(value: number): string {
  return String(Math.abs(value) >= 1000 ? Math.round(value) : Number(value.toPrecision(3)));
}

/** `0.5 %`; an en dash where there is none. */
export function formatShare(value: number | null): string {
  return value === null ? '–' : `${threeDigits(value * 100)} %`;
}

/** `1.32`; an en dash where there is none. */
export function formatRatio(value: number | null | undefined, digits = 2): string {
  return value === null || value === undefined || Number.isNaN(value) ? '–' : value.toFixed(digits);
}
