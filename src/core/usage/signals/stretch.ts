import { forEachInterval, increase } from '../increments.ts';
import type { CleanContainer } from '../clean-samples.ts';
import type { PodHistory } from '../pod-history.ts';

/** Only the newest samples tell how things are now. */
const WINDOW_MS = 60_000;

/** The kernel's smallest quota is 1 ms of 100 ms: smaller limits are in force as this. */
const SMALLEST_LIMIT_CORES = 0.01;

/** Fewer throttled periods than this say nothing (DESIGN §5, Rescue). */
const TELLING_PERIODS = 3;

/** The kernel counts nanoseconds: less is a rounding error, to which nothing can be related. */
const LEAST_CPU_SECONDS = 1e-9;

export interface Throttling {
  readonly cpuSeconds: number;
  readonly throttledSeconds: number;
  readonly throttledPeriods: number;
}

export interface Stretch {
  /** Σ Δ throttled seconds ÷ Σ Δ CPU seconds; null without CPU use to relate to. */
  readonly stretch: number | null;
  readonly throttledPeriods: number;
}

/** Whether two CPU limits are one in force. */
export function sameLimit(a: number, b: number): boolean {
  const [x, y] = [Math.max(a, SMALLEST_LIMIT_CORES), Math.max(b, SMALLEST_LIMIT_CORES)];
  return Math.abs(x - y) <= 1e-3 * Math.max(x, y);
}

/** Whether both samples were taken under the limit; a source that does not know limits cannot say, and is believed. */
function underLimit(
  { cpuLimitCores }: CleanContainer,
  from: number,
  to: number,
  limitCores: number | null,
): boolean {
  const [first = NaN, second = NaN] = [cpuLimitCores[from], cpuLimitCores[to]];
  if (limitCores === null || (Number.isNaN(first) && Number.isNaN(second))) return true;
  return sameLimit(first, limitCores) && sameLimit(second, limitCores);
}

/**
 * What throttling cost over the sample intervals that end in the last 60 s before the newest sample, and both of
 * whose ends carry `limitCores` (null: any).
 */
export function throttling(
  containers: readonly CleanContainer[],
  limitCores: number | null,
  windowMs = WINDOW_MS,
): Throttling {
  let [cpuSeconds, throttledSeconds, throttledPeriods] = [0, 0, 0];
  const newestMs = Math.max(...containers.map(({ timesMs }) => timesMs.at(-1) ?? -Infinity));
  for (const series of containers) {
    const { timesMs, cpuSeconds: cpu, throttledSeconds: throttled, throttledPeriods: periods } = series;
    forEachInterval(timesMs, throttled, series.maximumGapMs, (from, to) => {
      const usedSeconds = increase(cpu[from] ?? NaN, cpu[to] ?? NaN);
      const recent = (timesMs[to] ?? NaN) > newestMs - windowMs;
      if (!recent || Number.isNaN(usedSeconds)) return;
      if (!underLimit(series, from, to, limitCores)) return;
      cpuSeconds += usedSeconds;
      throttledSeconds += increase(throttled[from] ?? NaN, throttled[to] ?? NaN);
      const count = increase(periods[from] ?? NaN, periods[to] ?? NaN);
      throttledPeriods += Number.isNaN(count) ? 0 : count;
    });
  }
  return { cpuSeconds, throttledSeconds, throttledPeriods };
}

/** The CPU limit now in force: what the cluster reports, else that of the newest sample; null where none is known. */
export function currentLimitCores({ facts, containers }: PodHistory): number | null {
  const sampled = containers.at(-1)?.cpuLimitCores.at(-1) ?? NaN;
  return facts?.inForce.cpuLimitCores ?? (Number.isNaN(sampled) ? null : sampled);
}

function stretchOfPod(pod: PodHistory): Stretch {
  const { cpuSeconds, throttledSeconds, throttledPeriods } = throttling(
    pod.containers,
    currentLimitCores(pod),
  );
  return {
    stretch: cpuSeconds >= LEAST_CPU_SECONDS ? throttledSeconds / cpuSeconds : null,
    throttledPeriods: Math.round(throttledPeriods),
  };
}

function isWorse(a: Stretch, b: Stretch): boolean {
  const telling = (of: Stretch): number => (of.throttledPeriods >= TELLING_PERIODS ? 1 : 0);
  return telling(a) !== telling(b) ? telling(a) > telling(b) : (a.stretch ?? -1) > (b.stretch ?? -1);
}

function isFresh({ containers }: PodHistory, endMs: number): boolean {
  return containers.some(
    ({ timesMs, maximumGapMs }) => (timesMs.at(-1) ?? -Infinity) >= endMs - maximumGapMs,
  );
}

/** Stretch of the pod that its limit slows down most. Pods that are gone, or have no fresh samples, do not count. */
export function worstStretch(pods: readonly PodHistory[], endMs: number): Stretch {
  const listed = pods.some(({ facts }) => facts !== null);
  return pods
    .filter((pod) => (pod.facts !== null || !listed) && isFresh(pod, endMs))
    .map(stretchOfPod)
    .reduce((worst, next) => (isWorse(next, worst) ? next : worst), { stretch: null, throttledPeriods: 0 });
}
