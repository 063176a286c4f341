/** Why a run ends: Ctrl-C, SIGTERM or a closed terminal; the end of its time; nobody reads its output any more. */
export type EndReason = 'interrupted' | 'time-is-up' | 'output-closed';

export interface Interruption {
  /** Aborted once, when the run is to end. */
  readonly signal: AbortSignal;
  /** null while nothing has asked for the end. */
  readonly reason: EndReason | null;
  /** Begins the time that was given. */
  startClock(): void;
  /** Gives the signals back to Node. */
  release(): void;
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * The first signal asks for a clean end. Later ones change nothing until that is over: npm passes on a Ctrl-C that the
 * terminal has sent already, and an end that is cut short leaves processes behind. `onImpatience` is told of them.
 */
export function untilInterrupted(forMs?: number, onImpatience: () => void = () => undefined): Interruption {
  const controller = new AbortController();
  let reason: EndReason | null = null;
  let clock: NodeJS.Timeout | undefined;
  const end = (why: EndReason): void => {
    reason ??= why;
    controller.abort();
  };
  const onSignal = (): void => {
    if (reason === null) end('interrupted');
    else onImpatience();
  };
  const onOutputError = (): void => {
    end('output-closed');
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  process.stdout.on('error', onOutputError);
  return {
    signal: controller.signal,
    get reason() {
      return reason;
    },
    startClock() {
      if (forMs !== undefined) clock = setTimeout(end, forMs, 'time-is-up');
    },
    release() {
      clearTimeout(clock);
      for (const signal of SIGNALS) process.off(signal, onSignal);
      process.stdout.off('error', onOutputError);
    },
  };
}

/**
 * Does work that is over when it is asked to end: its failure is then none, but exit code 130, and `onEnd` may say what
 * is left of it.
 */
export async function interruptibly(
  work: (signal: AbortSignal) => Promise<void>,
  onEnd: () => void = () => undefined,
): Promise<void> {
  const interruption = untilInterrupted();
  try {
    await work(interruption.signal);
  } catch (error) {
    if (!interruption.signal.aborted) throw error;
    onEnd();
    process.exitCode = 130;
  } finally {
    interruption.release();
  }
}
