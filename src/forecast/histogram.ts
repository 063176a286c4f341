import { DecayingHistogram } from './decaying-histogram.ts';
import type { Forecaster, ForecastPath, MetricWindow } from './forecaster.ts';
import { LEVELS } from './levels.ts';
import { at } from './trailing-maximum.ts';

/**
 * The constants of the Vertical Pod Autoscaler (kubernetes/autoscaler,
 * vertical-pod-autoscaler/pkg/recommender/model/aggregations_config.go). Every CPU sample weighs the same 0.1 here:
 * percentiles do not change with a common factor, and epsilon stays a thousandth of it.
 */
const HALF_LIFE_MS = 24 * 3_600_000;
const MEMORY_INTERVAL_MS = 24 * 3_600_000;
const SAMPLE_WEIGHT = 0.1;
const EPSILON = 0.001 * SAMPLE_WEIGHT;
export const CPU_BUCKETS = { maximum: 1000, firstBucketSize: 0.01, ratio: 1.05, epsilon: EPSILON };
export const MEMORY_BUCKETS = { maximum: 1e12, firstBucketSize: 1e7, ratio: 1.05, epsilon: EPSILON };

type Add = (value: number, atMs: number) => void;

function addCpu(histogram: DecayingHistogram): Add {
  return (value, atMs) => {
    histogram.add(value, SAMPLE_WEIGHT, atMs);
  };
}

/** Memory counts by the peak of each day, so that a leak or a nightly job is not diluted by quiet hours. */
function addMemory(histogram: DecayingHistogram): Add {
  let endMs = 0;
  let peak = -1;
  return (value, atMs) => {
    if (atMs >= endMs) {
      endMs = atMs + MEMORY_INTERVAL_MS;
      peak = -1;
    }
    if (value <= peak) return;
    if (peak >= 0) histogram.subtract(peak, 1, endMs);
    histogram.add(value, 1, endMs);
    peak = value;
  };
}

function emptyPath(length: number): ForecastPath {
  const column = (): Float64Array => new Float64Array(length).fill(NaN);
  return { next: column(), peak: { p50: column(), p90: column(), p95: column(), p99: column() } };
}

function forecast({ metric, control, stepMs }: MetricWindow): ForecastPath {
  const histogram = new DecayingHistogram(metric === 'cpu' ? CPU_BUCKETS : MEMORY_BUCKETS, HALF_LIFE_MS);
  const add = metric === 'cpu' ? addCpu(histogram) : addMemory(histogram);
  const path = emptyPath(control.length);
  for (let i = 0; i < control.length; i++) {
    const value = at(control, i);
    if (!Number.isNaN(value)) add(value, i * stepMs);
    if (histogram.empty) continue;
    for (const [name, level] of LEVELS) path.peak[name][i] = histogram.percentile(level);
    path.next[i] = at(path.peak.p50, i);
  }
  return path;
}

/** Percentiles of a decaying histogram of all use seen, as the Vertical Pod Autoscaler recommends. */
export const histogram: Forecaster = { name: 'histogram', minimumSamples: 1, forecast };
