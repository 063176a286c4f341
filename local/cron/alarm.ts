import type { Clock } from './clock.ts';
import type { Schedule } from './schedule.ts';

/** Node's timers overflow above 2^31 ms; a day is looked at again long before. */
const LONGEST_TIMER_MS = 24 * 3_600_000;

/**
 * Rings at each time of the schedule until it is stopped. After a pause of the machine it rings once, not for each missed
 * time; a clock that is set back delays it by one interval at most.
 */
export interface Alarm {
  /** Unix ms; null if it never rings again. */
  nextMs(): number | null;
  stop(): void;
}

export function startAlarm(schedule: Schedule, clock: Clock, ring: () => void): Alarm {
  let dueMs = schedule.next(clock.now());
  let cancel = (): void => undefined;

  const arm = (): void => {
    if (dueMs === null) return;
    const delayMs = Math.min(Math.max(0, dueMs - clock.now()), LONGEST_TIMER_MS);
    cancel = clock.after(delayMs, () => {
      const nowMs = clock.now();
      const nextMs = schedule.next(nowMs);
      if (dueMs !== null && nowMs >= dueMs) {
        dueMs = nextMs;
        ring();
      } else if (dueMs !== null && nextMs !== null) {
        // Timers may fire a millisecond early, or hours early by a clock that was set back.
        dueMs = Math.min(dueMs, nextMs);
      }
      arm();
    });
  };

  arm();
  return {
    nextMs: () => dueMs,
    stop() {
      cancel();
      dueMs = null;
    },
  };
}
