import type { FunctionHistory } from '#core/replay/history.ts';
import { prometheusRate } from '../generate/prometheus-rate.ts';

/** Of the study's dashboard: a scrape a minute, and `rate(...[5m])`. */
const SCRAPE_MS = 60_000;
const WINDOW_MS = 300_000;

/**
 * A history of increments as a dashboard would have shown it: CPU is `rate()` over five minutes of a counter that was
 * scraped once a minute. Its limits are left out: such a rate says nothing of what was held back.
 */
export function rateView(history: FunctionHistory): FunctionHistory {
  const { cpuCores, startMs, stepMs } = history;
  const everySteps = Math.max(1, Math.round(SCRAPE_MS / stepMs));
  const timesMs: number[] = [];
  const counter: number[] = [];
  let seconds = 0;
  for (const [i, cores] of cpuCores.entries()) {
    if (Number.isNaN(cores)) continue;
    seconds += (cores * stepMs) / 1000;
    if (i % everySteps !== 0) continue;
    timesMs.push(startMs + i * stepMs);
    counter.push(seconds);
  }
  const grid = cpuCores.map((_, i) => startMs + i * stepMs);
  return {
    ...history,
    name: `${history.name}-rate`,
    cpuCores: prometheusRate(Float64Array.from(timesMs), Float64Array.from(counter), grid, WINDOW_MS),
    cpuMeanMs: WINDOW_MS,
    cpuLimitCores: null,
  };
}
