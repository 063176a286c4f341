import { setMaxListeners } from 'node:events';

/** One signal that fires at the timeout or when the caller's own signal does; `clear` drops timer and listener. */
export interface Deadline {
  readonly signal: AbortSignal;
  readonly timedOut: () => boolean;
  readonly clear: () => void;
}

/** By hand rather than by AbortSignal.any, which on Node 20 keeps every derived signal of a long-lived one alive. */
export function deadline(timeoutMs: number, caller: AbortSignal | undefined): Deadline {
  const controller = new AbortController();
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    controller.abort();
  }, timeoutMs);
  const forward = (): void => {
    controller.abort(caller?.reason);
  };
  if (caller?.aborted === true) forward();
  // Dozens of requests may wait on one signal; each leaves with its answer, so none of them is a leak.
  if (caller !== undefined) setMaxListeners(0, caller);
  caller?.addEventListener('abort', forward, { once: true });
  return {
    signal: controller.signal,
    timedOut: () => timedOut,
    clear: () => {
      clearTimeout(timer);
      caller?.removeEventListener('abort', forward);
    },
  };
}
