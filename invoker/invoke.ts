import { ForesizeError } from '#core/errors/error.ts';
import { arrivals, type ArrivalOptions } from './arrivals.ts';
import type { Call } from './call.ts';
import { runEngine } from './engine.ts';
import { httpSend, type Target } from './http-send.ts';
import { payloads, type PayloadSizes } from './payloads.ts';
import { openRecorder, type RecordPaths } from './record.ts';
import { type Summary, Tally } from './summary.ts';
import { machineTimer, type Timer } from './timer.ts';

export interface SendOptions {
  /** When calls are due, in ms from the start, ascending. */
  readonly arrivals: Iterable<number>;
  readonly target: Target;
  /** Sizes of random texts, or one text for every call. */
  readonly payload: PayloadSizes | string;
  /** Of the random texts. */
  readonly seed: number;
  /** Calls on their way at once. */
  readonly concurrency: number;
  readonly record?: RecordPaths;
  readonly signal?: AbortSignal;
  /** As each call ends; `summary` so far. */
  readonly onCall?: (call: Call, summary: () => Summary) => void;
  /** @default the machine's */
  readonly timer?: Timer;
}

export interface InvokeOptions extends ArrivalOptions, Omit<SendOptions, 'arrivals'> {}

/**
 * Calls a function as a pattern says, and resolves with the summary when all is over or `signal` is aborted. An
 * error of the function is a result, not an exception. Throws `load-invalid`.
 *
 * @example
 * const { latencyMs } = await invoke({
 *   target: { url: 'http://127.0.0.1:8080/function/qrcode', timeoutMs: 30_000 },
 *   pattern: 'random', ratePerMinute: 30, durationMs: 120_000, periodMs: 60_000, seed: 1,
 *   payload: { kind: 'uniform', least: 8, most: 64 }, concurrency: 16,
 * });
 */
export function invoke(options: InvokeOptions): Promise<Summary> {
  return sendCalls({ ...options, arrivals: arrivals(options) });
}

/** As `invoke`, at given times. Throws `load-invalid`. */
export async function sendCalls(options: SendOptions): Promise<Summary> {
  validate(options);
  const tally = new Tally();
  const recorder = await openRecorder(options.record ?? {});
  try {
    const unsent = await runEngine({
      arrivals: options.arrivals,
      payloads: payloadsOf(options),
      send: httpSend(options.target),
      timer: options.timer ?? machineTimer(),
      concurrency: options.concurrency,
      signal: options.signal ?? new AbortController().signal,
      onSent: recorder.sent,
      onCall: (call) => {
        tally.add(call);
        recorder.ended(call);
        options.onCall?.(call, () => tally.summary());
      },
    });
    return tally.summary(unsent);
  } finally {
    await recorder.close();
  }
}

function validate({ target, concurrency }: SendOptions): void {
  if (!/^https?:$/.test(URL.canParse(target.url) ? new URL(target.url).protocol : '')) {
    throw new ForesizeError('load-invalid', `${JSON.stringify(target.url)} is not an http or https address`);
  }
  if (!Number.isInteger(concurrency) || concurrency < 1) {
    throw new ForesizeError('load-invalid', `concurrency ${concurrency} is not a whole number above 0`);
  }
  if (!(target.timeoutMs > 0 && target.timeoutMs <= 2 ** 30)) {
    throw new ForesizeError(
      'load-invalid',
      `timeout ${target.timeoutMs} ms is not above 0 and below 12 days`,
    );
  }
}

function payloadsOf({ payload, seed }: SendOptions): Iterator<string> {
  return typeof payload === 'string' ? repeat(payload) : payloads(payload, seed);
}

function* repeat(text: string): Generator<string, never> {
  for (;;) yield text;
}
