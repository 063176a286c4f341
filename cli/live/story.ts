import { type Decision, wasApplied } from '#core/messages/decision.ts';

/** One finished call, as its caller saw it. */
export interface FinishedCall {
  readonly startedAtMs: number;
  readonly durationMs: number;
  readonly ok: boolean;
}

export interface LatencyView {
  readonly calls: number;
  readonly failed: number;
  /** True once a resize was applied. */
  readonly resized: boolean;
  /** p95 in ms of calls begun before the first resize took effect; null without such calls. */
  readonly beforeP95Ms: number | null;
  /** p95 in ms of calls begun since, over the last minute; null without such calls. */
  readonly afterP95Ms: number | null;
}

/** What has happened to the function under load since the start: the material of the live view and the summary. */
export interface Story {
  readonly decisions: readonly Decision[];
  /** Unix ms of the first resize that was applied; null before it. */
  readonly firstResizeAtMs: number | null;
  readonly resizes: number;
  latency(nowMs: number): LatencyView;
  onCall(call: FinishedCall): void;
  onDecision(decision: Decision): void;
}

const RECENT_MS = 60_000;
const KEPT_CALLS = 20_000;
const KEPT_DECISIONS = 200;

/** The story of `functionName`. */
export function createStory(functionName: string): Story {
  const before: number[] = [];
  const after: FinishedCall[] = [];
  const decisions: Decision[] = [];
  const told = { firstResizeAtMs: null as number | null, resizes: 0, calls: 0, failed: 0 };
  return {
    decisions,
    get firstResizeAtMs() {
      return told.firstResizeAtMs;
    },
    get resizes() {
      return told.resizes;
    },
    onCall(call) {
      told.calls += 1;
      if (!call.ok) told.failed += 1;
      else if (told.firstResizeAtMs === null || call.startedAtMs < told.firstResizeAtMs)
        push(before, call.durationMs, KEPT_CALLS);
      else push(after, call, KEPT_CALLS);
    },
    onDecision(decision) {
      push(decisions, decision, KEPT_DECISIONS);
      if (decision.name !== functionName || !wasApplied(decision)) return;
      told.resizes += 1;
      told.firstResizeAtMs ??= decision.at;
    },
    latency(nowMs) {
      const recent = after.filter(({ startedAtMs }) => startedAtMs > nowMs - RECENT_MS);
      return {
        calls: told.calls,
        failed: told.failed,
        resized: told.firstResizeAtMs !== null,
        beforeP95Ms: p95(before),
        afterP95Ms: p95(recent.map(({ durationMs }) => durationMs)),
      };
    },
  };
}

function push<T>(kept: T[], value: T, most: number): void {
  kept.push(value);
  if (kept.length > most) kept.shift();
}

/** Nearest-rank 95th percentile; null of nothing. */
export function p95(values: readonly number[]): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.ceil(0.95 * sorted.length) - 1] ?? null;
}
