import { formatCpuCores } from '#core/units/quantity.ts';
import type { Metric } from '#core/policy/resources.ts';

const NOTHING = '–';

/** `18m`, `1.25`; what is not known is a dash. */
export function cpuText(cores: number | null): string {
  if (cores === null) return NOTHING;
  if (cores < 0) return `−${cpuText(-cores)}`;
  return cores < 10 ? formatCpuCores(cores) : cores.toFixed(1);
}

const MEMORY_UNITS = [
  ['Gi', 2 ** 30],
  ['Mi', 2 ** 20],
  ['Ki', 2 ** 10],
] as const;

/** `38Mi`, `1.5Gi`: three digits at most. */
export function memoryText(bytes: number | null): string {
  if (bytes === null) return NOTHING;
  if (bytes < 0) return `−${memoryText(-bytes)}`;
  const [suffix, unit] = MEMORY_UNITS.find(([, size]) => bytes >= size) ?? ['', 1];
  const value = bytes / unit;
  return `${Number(value.toPrecision(value < 100 ? 2 : 3))}${suffix}`;
}

export function amountText(metric: Metric, value: number | null): string {
  return metric === 'cpu' ? cpuText(value) : memoryText(value);
}

/** `35 ms`, `1.2 s`. */
export function secondsText(seconds: number | null): string {
  if (seconds === null) return NOTHING;
  return seconds < 1 ? `${Math.round(seconds * 1000)} ms` : `${Number(seconds.toPrecision(2))} s`;
}

export function percentText(share: number | null): string {
  return share === null ? NOTHING : `${Number((share * 100).toPrecision(2))} %`;
}

export function rateText(perSecond: number | null): string {
  return perSecond === null ? NOTHING : `${Number(perSecond.toPrecision(2))}/s`;
}

/** How much longer work takes: `1 ×` is unhindered. */
export function slowdownText(stretch: number | null): string {
  return stretch === null ? NOTHING : `${Number((1 + stretch).toPrecision(2))} ×`;
}

export function numberText(value: number | null): string {
  return value === null ? NOTHING : String(Number(value.toPrecision(2)));
}

const CLOCK = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium', hourCycle: 'h23' });

export function timeText(at: number): string {
  return CLOCK.format(at);
}
