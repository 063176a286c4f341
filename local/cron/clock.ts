/** Time as cron needs it; a test passes its own. */
export interface Clock {
  /** Unix ms. */
  now(): number;
  /** Calls back once, after `delayMs`; returns what cancels it. */
  after(delayMs: number, callback: () => void): () => void;
}

export const systemClock: Clock = {
  now: Date.now,
  after(delayMs, callback) {
    const timer = setTimeout(callback, delayMs);
    return () => {
      clearTimeout(timer);
    };
  },
};
