import { ForesizeError } from '#core/errors/error.ts';
import type { HeaderPair } from '../http/header-pairs.ts';

/** An asynchronous call as the gateway publishes it. */
export interface QueuedCall {
  /** As it was called, with or without its namespace. */
  readonly functionName: string;
  readonly callId: string;
  readonly method: string;
  /** Path and query below the function; begins with `/`. */
  readonly rest: string;
  readonly headers: readonly HeaderPair[];
  readonly body: Buffer;
  readonly callbackUrl: string | null;
}

/** NATS's default max_payload. */
export const MAX_MESSAGE_BYTES = 2 ** 20;

/** Bytes of the message that carries the call over NATS: JSON, its body in base64. */
export function messageBytes(call: QueuedCall): number {
  const envelope = JSON.stringify({
    Header: call.headers,
    Body: '',
    Method: call.method,
    Path: call.rest,
    Function: call.functionName,
    CallbackUrl: call.callbackUrl,
  });
  return Buffer.byteLength(envelope) + Math.ceil(call.body.byteLength / 3) * 4;
}

/** As `messageBytes`. Throws `queue-message-too-large` for a call that NATS would not carry. */
export function carriableBytes(call: QueuedCall): number {
  const bytes = messageBytes(call);
  if (bytes > MAX_MESSAGE_BYTES) throw tooLarge(call.functionName, `${bytes} bytes`);
  return bytes;
}

export function tooLarge(functionName: string, size: string): ForesizeError {
  return new ForesizeError(
    'queue-message-too-large',
    `asynchronous call of ${functionName}: a message of ${size}, headers and base64 of the body included, is over the limit of ${MAX_MESSAGE_BYTES} bytes`,
  );
}
