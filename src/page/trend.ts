import type { FunctionUsage } from '#core/messages/usage.ts';
import { rollingMean, stepsPerMean } from '#core/usage/sixty-second-mean.ts';
import type { FunctionRow } from './api.ts';
import { toNumbers } from './column.ts';

/** One each minute and a quarter of an hour: as many as a picture of a hundred pixels can tell apart. */
const POINTS = 48;

/** What was before the first sample is not shown, but for so many steps that give a young function its scale. */
const FEWEST_STEPS = 20;

/** CPU of the busiest pod as a small picture: the highest 60 s mean of each part of the window since it is known. */
export function trendOf(
  { series }: FunctionUsage,
  stepMs: number,
  cpuRequestCores: number | null,
): FunctionRow['trend'] {
  const all = rollingMean(toNumbers(series.cpuCores), stepsPerMean(stepMs));
  const first = all.findIndex((value) => !Number.isNaN(value));
  const latest = Math.max(0, all.length - FEWEST_STEPS);
  const means = all.subarray(first < 0 ? latest : Math.min(first, latest));
  const each = Math.max(1, Math.ceil(means.length / POINTS));
  const highest = Array.from({ length: Math.ceil(means.length / each) }, (_, part) =>
    highestOf(means.subarray(part * each, (part + 1) * each)),
  );
  const topCores = Math.max(cpuRequestCores ?? 0, ...highest.map((value) => value ?? 0));
  const points = highest.map((value) =>
    value === null || topCores === 0 ? null : Math.round((100 * value) / topCores),
  );
  return { topCores, points };
}

function highestOf(values: Float64Array): number | null {
  let highest: number | null = null;
  for (const value of values) if (!Number.isNaN(value) && value > (highest ?? -1)) highest = value;
  return highest;
}
