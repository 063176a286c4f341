import type { Forecaster, ForecastPath, MetricWindow } from './forecaster.ts';
import { byQuantile, LEVELS } from './levels.ts';
import { at } from './trailing-maximum.ts';
import { CpuHistogram, MemoryPeaks, type UsageHistogram } from './usage-histograms.ts';

/** Takes in row `i` of a window. */
type Take = (i: number) => void;

function emptyPath(length: number): ForecastPath {
  const column = (): Float64Array => new Float64Array(length).fill(NaN);
  return { next: column(), peak: byQuantile(column) };
}

function cpuOf({ control, stepMs }: MetricWindow): [UsageHistogram, Take] {
  const usage = new CpuHistogram();
  const take = (i: number): void => {
    usage.add(at(control, i), i * stepMs);
  };
  return [usage, take];
}

/** Memory's censored steps are kills for memory. */
function memoryOf({ control, censored, stepMs }: MetricWindow): [UsageHistogram, Take] {
  const peaks = new MemoryPeaks();
  const take = (i: number): void => {
    peaks.add(at(control, i), i * stepMs);
    if (censored[i] === 1 && !peaks.empty) peaks.addOom(0, i * stepMs);
  };
  return [peaks, take];
}

function forecast(window: MetricWindow): ForecastPath {
  const [usage, take] = window.metric === 'cpu' ? cpuOf(window) : memoryOf(window);
  const path = emptyPath(window.control.length);
  for (let i = 0; i < window.control.length; i++) {
    take(i);
    if (usage.empty) continue;
    for (const [name, level] of LEVELS) path.peak[name][i] = usage.percentile(level);
    path.next[i] = at(path.peak.p50, i);
  }
  return path;
}

/** Percentiles of a decaying histogram of all use seen, as the Vertical Pod Autoscaler keeps it. */
export const histogram: Forecaster = { name: 'histogram', minimumSamples: 1, forecast };
