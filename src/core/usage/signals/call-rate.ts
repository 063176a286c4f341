import type { CleanCalls } from '../clean-samples.ts';
import { addIncrements, noIncrements } from '../increments.ts';

/** Rescue looks at the calls of the last 15 s (DESIGN §5). */
const WINDOW_MS = 15_000;

function isFresh(calls: CleanCalls, endMs: number): boolean {
  return endMs - (calls.timesMs.at(-1) ?? -Infinity) <= calls.maximumGapMs;
}

/** Calls started per second over the 15 s before the newest sample; null without fresh counters. */
export function callsStartedPerSecond(calls: CleanCalls | null, endMs: number): number | null {
  if (calls === null || !isFresh(calls, endMs)) return null;
  const grid = { steps: 1, stepMs: WINDOW_MS, endMs: calls.timesMs.at(-1) ?? NaN };
  const increments = noIncrements(grid);
  addIncrements(calls.timesMs, calls.started, calls.maximumGapMs, grid, increments);
  const coveredMs = increments.coveredMs[0] ?? 0;
  return coveredMs > 0 ? ((increments.amount[0] ?? 0) * 1000) / coveredMs : null;
}

/** Calls started and not completed at the newest sample; null without fresh counters. */
export function callsInFlight(calls: CleanCalls | null, endMs: number): number | null {
  if (calls === null || !isFresh(calls, endMs)) return null;
  const started = calls.started.at(-1) ?? NaN;
  const completed = calls.completed.at(-1) ?? NaN;
  return Number.isNaN(started) || Number.isNaN(completed) ? null : Math.max(0, started - completed);
}
