import PQueue from 'p-queue';
import type { Call, Send } from './call.ts';
import type { Timer } from './timer.ts';

export interface EngineOptions {
  /** Offsets from the start in ms, ascending. */
  readonly arrivals: Iterable<number>;
  /** One text a call; ends the run early if it ends. */
  readonly payloads: Iterator<string>;
  readonly send: Send;
  readonly timer: Timer;
  /** Calls on their way at once; others wait for a place, and their wait counts as latency. */
  readonly concurrency: number;
  /** Ends the run: nothing more is sent, and what is on its way is cancelled. */
  readonly signal: AbortSignal;
  /** As a call is sent. */
  readonly onSent?: (sentAtMs: number) => void;
  /** As a call ends. */
  readonly onCall?: (call: Call) => void;
}

/**
 * Sends calls when they are due, however long answers take (open loop), and resolves with the number of calls that
 * were due but never sent, once every call sent has ended.
 */
export async function runEngine(options: EngineOptions): Promise<number> {
  const { timer, signal, payloads } = options;
  const places = new PQueue({ concurrency: options.concurrency });
  const startMs = timer.now();
  let due = 0;
  let unsent = 0;
  for (const offsetMs of options.arrivals) {
    const dueAtMs = startMs + offsetMs;
    await timer.wait(dueAtMs - timer.now(), signal);
    if (signal.aborted) break;
    const payload = payloads.next();
    if (payload.done === true) break;
    const number = ++due;
    void places.add(async () => {
      if (signal.aborted) unsent++;
      else await callOnce(options, { number, dueAtMs, payload: payload.value });
    });
  }
  await places.onIdle();
  return unsent;
}

interface Due {
  readonly number: number;
  readonly dueAtMs: number;
  readonly payload: string;
}

async function callOnce(
  { send, timer, signal, onSent, onCall }: EngineOptions,
  { number, dueAtMs, payload }: Due,
): Promise<void> {
  const sentAtMs = timer.now();
  onSent?.(sentAtMs);
  const answer = await send(payload, signal);
  const latencyMs = timer.now() - dueAtMs;
  onCall?.({ number, dueAtMs, sentAtMs, latencyMs, payloadBytes: Buffer.byteLength(payload), ...answer });
}
