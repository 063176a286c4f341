import type { PodHistory } from '../pod-history.ts';
import { gridStartMs, type Grid } from '../grid.ts';

/** Fewer calls say nothing about the cost of one. */
const LEAST_CALLS = 5;

/** A start-up without a known end is given this long. */
const START_UP_MS = 15_000;

/** Low, so that work left over from earlier calls does not count as idling. */
const IDLE_QUANTILE = 0.25;

/** 1 in steps in which a pod was starting: that use is no call's. */
export function startingUp(pods: readonly PodHistory[], grid: Grid): Uint8Array {
  const mask = new Uint8Array(grid.steps);
  const mark = (fromMs: number, toMs: number): void => {
    const startMs = gridStartMs(grid);
    const first = Math.max(0, Math.floor((fromMs - startMs) / grid.stepMs));
    const last = Math.min(grid.steps - 1, Math.floor((toMs - startMs) / grid.stepMs));
    if (last >= first) mask.fill(1, first, last + 1);
  };
  for (const { facts, containers } of pods) {
    const starts = new Set(containers.map(({ startedAtMs }) => startedAtMs));
    starts.add(facts?.startedAtMs ?? null);
    for (const startedAtMs of starts) {
      if (startedAtMs === null) continue;
      const readyMs = startedAtMs === facts?.startedAtMs ? (facts.readySinceMs ?? startedAtMs) : startedAtMs;
      // The first sample after it still holds a share of the start.
      mark(startedAtMs, Math.max(readyMs, startedAtMs) + START_UP_MS);
    }
  }
  return mask;
}

function quantile(values: readonly number[], share: number): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.floor(share * (sorted.length - 1))] ?? 0;
}

/**
 * CPU-seconds that a call costs: over the window, (Σ CPU − idle use × time) ÷ Σ calls. Idle use is a low quantile of
 * the steps without calls. Sums, because ratios of single samples are up to 4.2 × too high (CONTROL.md); without
 * censored steps, because a limit that defers work makes calls look cheap or, by single samples, up to 348 × dear.
 * Null under five calls.
 */
export function cpuSecondsPerCall(
  totalCpuCores: Float64Array,
  callsStarted: Float64Array,
  excluded: (step: number) => boolean,
  stepMs: number,
): number | null {
  const idle: number[] = [];
  let [cores, calls, steps] = [0, 0, 0];
  for (let step = 0; step < totalCpuCores.length; step += 1) {
    const used = totalCpuCores[step] ?? NaN;
    const started = callsStarted[step] ?? NaN;
    if (Number.isNaN(used) || Number.isNaN(started) || excluded(step)) continue;
    cores += used;
    calls += started;
    steps += 1;
    if (started === 0 && (callsStarted[step - 1] ?? 0) === 0) idle.push(used);
  }
  // Spread over steps, whole calls add up to a hair less.
  if (calls < LEAST_CALLS - 1e-6) return null;
  const idleCores = quantile(idle, IDLE_QUANTILE);
  return Math.max(0, ((cores - idleCores * steps) * (stepMs / 1000)) / calls);
}
