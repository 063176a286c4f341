import type { Clock } from '../../../local/cron/clock.ts';

/** A clock that stands still until it is moved; timers ring in the order they are due. */
export interface FakeClock extends Clock {
  advanceTo(ms: number): void;
  /** Moves the time on without ringing, as a machine asleep does. */
  sleepUntil(ms: number): void;
  /** Sets the time back; what is left of each timer stays, as it does on a machine whose clock is corrected. */
  setBackBy(ms: number): void;
  pending(): number;
}

export function createFakeClock(startMs: number): FakeClock {
  let nowMs = startMs;
  const timers = new Set<{ dueMs: number; readonly callback: () => void }>();
  const ringUpTo = (ms: number): void => {
    for (;;) {
      const [first] = [...timers].filter(({ dueMs }) => dueMs <= ms).sort((a, b) => a.dueMs - b.dueMs);
      if (first === undefined) return;
      timers.delete(first);
      nowMs = Math.max(nowMs, first.dueMs);
      first.callback();
    }
  };
  return {
    now: () => nowMs,
    after(delayMs, callback) {
      const timer = { dueMs: nowMs + delayMs, callback };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    advanceTo(ms) {
      ringUpTo(ms);
      nowMs = ms;
    },
    sleepUntil(ms) {
      nowMs = ms;
    },
    setBackBy(ms) {
      nowMs -= ms;
      for (const timer of timers) timer.dueMs -= ms;
    },
    pending: () => timers.size,
  };
}
