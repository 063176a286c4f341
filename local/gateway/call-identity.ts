import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** What the gateway adds to a call and to its answer. */
export interface CallIdentity {
  readonly 'x-call-id': string;
  /** Unix nanoseconds. */
  readonly 'x-start-time': string;
  readonly 'x-served-by': string;
}

/** `X-Call-Id` is kept if the caller sent one. */
export function identify(request: IncomingMessage, nowMs: number, release: string): CallIdentity {
  const sent = request.headers['x-call-id'];
  return {
    'x-call-id': typeof sent === 'string' && sent !== '' ? sent : randomUUID(),
    'x-start-time': `${Math.round(nowMs)}000000`,
    'x-served-by': `foresize-local/${release}`,
  };
}
