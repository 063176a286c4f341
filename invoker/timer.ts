import { setTimeout as sleep } from 'node:timers/promises';

/** Time as the engine sees it; tests pass one that does not sleep. */
export interface Timer {
  /** Unix ms. */
  now(): number;
  /** Resolves after `ms`, or as soon as `signal` is aborted. */
  wait(ms: number, signal: AbortSignal): Promise<void>;
}

/** The machine's own. Monotonic, so that a clock set back stops no call and makes no latency negative. */
export function machineTimer(): Timer {
  return {
    now: () => performance.timeOrigin + performance.now(),
    wait: async (ms, signal) => {
      const end = performance.now() + ms;
      // Timers leave fractions of a millisecond out and may come early: a call must not be sent before it is due.
      for (let left = ms; left > 0 && !signal.aborted; left = end - performance.now()) {
        await sleep(Math.ceil(left), undefined, { signal }).catch(() => undefined);
      }
    },
  };
}
