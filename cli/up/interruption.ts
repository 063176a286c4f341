export interface Interruption {
  /** Aborted by Ctrl-C, SIGTERM, or the end of the time. */
  readonly signal: AbortSignal;
  /** Begins the time that was given. */
  startClock(): void;
}

/** The first SIGINT or SIGTERM asks for a clean end; a second one is left to Node, which ends at once. */
export function untilInterrupted(forMs: number | undefined): Interruption {
  const controller = new AbortController();
  const interrupt = (): void => {
    controller.abort();
  };
  process.once('SIGINT', interrupt);
  process.once('SIGTERM', interrupt);
  return {
    signal: controller.signal,
    startClock() {
      if (forMs !== undefined) setTimeout(interrupt, forMs).unref();
    },
  };
}
