import { replaceHeaders, withoutHeaders, type HeaderPair } from '../http/header-pairs.ts';
import type { Answer } from '../http/send-request.ts';
import type { QueuedCall } from './message.ts';

/** Headers of the answer's connection and of its framing: the callback has its own. */
const NOT_COPIED = new Set([
  'connection',
  'keep-alive',
  'transfer-encoding',
  'content-length',
  'date',
  'host',
]);

/** What X-Callback-Url gets beside the body: all headers of the answer, and four that say whose it is. */
export function callbackHeaders(call: QueuedCall, answer: Answer, seconds: number): HeaderPair[] {
  return replaceHeaders(withoutHeaders(answer.headers, NOT_COPIED), {
    'x-call-id': call.callId,
    'x-duration-seconds': seconds.toFixed(6),
    'x-function-name': call.functionName,
    'x-function-status': String(answer.status),
  });
}
