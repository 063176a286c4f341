import PQueue from 'p-queue';
import type { Logger } from 'pino';
import { ForesizeError } from '#core/errors/error.ts';
import { replaceHeaders } from '../http/header-pairs.ts';
import { sendRequest, type Answer } from '../http/send-request.ts';
import { callbackHeaders } from './callback.ts';
import { carriableBytes, type QueuedCall } from './message.ts';

export interface QueueOptions {
  readonly gatewayUrl: string;
  readonly log: Logger;
  /** Calls carried out at a time. @default 1, as the Community queue-worker's max_inflight */
  readonly concurrency?: number;
  /** How long one call, and one callback, may take. @default 60 000, the queue-worker's ack_wait */
  readonly callTimeoutMs?: number;
  /**
   * Bytes of the calls that are queued or under way; more are refused. Each counts at least 4 KiB, so that small ones are
   * not many without end. @default 67 108 864 (64 MiB)
   */
  readonly capacityBytes?: number;
  /** How long `close` waits for what is queued. @default 10 000 */
  readonly drainMs?: number;
}

/** About what an empty call keeps in memory: its headers, closures and promises. */
const LEAST_BYTES = 4096;

/** What NATS and the queue-worker are on a cluster. A failed call is acknowledged, never tried again. */
export interface CallQueue {
  /** Throws `queue-message-too-large` and `queue-full`. */
  publish(call: QueuedCall): void;
  /** Waits for the queued calls, at most `drainMs`; then drops the waiting ones and aborts the running ones. */
  close(): Promise<void>;
}

export function createQueue(options: QueueOptions): CallQueue {
  const { log, concurrency = 1, callTimeoutMs = 60_000, drainMs = 10_000 } = options;
  const capacityBytes = options.capacityBytes ?? 64 * 2 ** 20;
  const queue = new PQueue({ concurrency });
  let heldBytes = 0;
  const closing = new AbortController();

  const carryOut = async (call: QueuedCall): Promise<void> => {
    const deadline = (): AbortSignal => AbortSignal.any([closing.signal, AbortSignal.timeout(callTimeoutMs)]);
    const startedMs = performance.now();
    const answer = await invoke(options.gatewayUrl, call, deadline());
    const seconds = (performance.now() - startedMs) / 1000;
    log.info({ function: call.functionName, callId: call.callId, status: answer.status }, 'queued call done');
    if (call.callbackUrl !== null) await callBack(call.callbackUrl, call, answer, seconds, deadline());
  };

  const acknowledge = async (call: QueuedCall): Promise<void> => {
    try {
      await carryOut(call);
    } catch (error) {
      log.warn({ function: call.functionName, callId: call.callId, err: error }, 'queued call failed');
    }
  };

  return {
    publish(call) {
      const bytes = Math.max(LEAST_BYTES, carriableBytes(call));
      if (heldBytes + bytes > capacityBytes) throw queueFull(call.functionName, queue.size, capacityBytes);
      heldBytes += bytes;
      void queue.add(async () => {
        await acknowledge(call);
        heldBytes -= bytes;
      });
    },
    async close() {
      const patience = setTimeout(() => {
        queue.clear();
        closing.abort();
      }, drainMs);
      await queue.onIdle();
      clearTimeout(patience);
    },
  };
}

function queueFull(functionName: string, waiting: number, capacityBytes: number): ForesizeError {
  return new ForesizeError(
    'queue-full',
    `asynchronous call of ${functionName}: the queue is full (${waiting} calls wait, ${capacityBytes} bytes is the most it holds); send it again once some are done`,
  );
}

/** Through the gateway, so that a queued call is counted, timed and balanced as any other. */
function invoke(gatewayUrl: string, call: QueuedCall, signal: AbortSignal): Promise<Answer> {
  return sendRequest({
    url: `${gatewayUrl}/function/${call.functionName}${call.rest === '/' ? '' : call.rest}`,
    method: call.method,
    headers: replaceHeaders(call.headers, { 'x-call-id': call.callId }),
    body: call.body,
    signal,
  });
}

async function callBack(
  url: string,
  call: QueuedCall,
  answer: Answer,
  seconds: number,
  signal: AbortSignal,
): Promise<void> {
  const headers = callbackHeaders(call, answer, seconds);
  await sendRequest({ url, method: 'POST', headers, body: answer.body, signal });
}
