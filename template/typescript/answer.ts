import { STATUS_CODES, type ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { FunctionResponse } from './types.ts';

interface Content {
  readonly type: string;
  readonly bytes: string | Uint8Array;
}

/** How a body is sent, undefined if there is none. */
function encode(body: unknown): Content | undefined {
  if (body === undefined) return undefined;
  if (typeof body === 'string') return { type: 'text/plain; charset=utf-8', bytes: body };
  if (body instanceof Uint8Array) return { type: 'application/octet-stream', bytes: body };
  return { type: 'application/json; charset=utf-8', bytes: JSON.stringify(body) };
}

/** What is sent as it comes: streams, of Node.js or of the web, and generators. */
const isStream = (body: unknown): body is AsyncIterable<unknown> =>
  typeof body === 'object' && body !== null && Symbol.asyncIterator in body;

function setHead(response: ServerResponse, status: number, headers: FunctionResponse['headers']): void {
  response.statusCode = status;
  for (const [name, value] of Object.entries(headers ?? {})) response.setHeader(name, value);
}

/** Goes on with what is left after the first piece. */
async function* goOn(first: IteratorResult<unknown>, rest: AsyncIterator<unknown>): AsyncGenerator {
  if (first.done === true) return;
  yield first.value;
  yield* { [Symbol.asyncIterator]: () => rest };
}

/**
 * Sends what a handler returned, a stream piece by piece. Rejects before anything is sent if it can't be: not JSON, a
 * wrong status or header, a stream whose first piece fails. If a later one does, the connection is cut, so that nobody
 * takes a part for the whole.
 */
export async function sendAnswer(response: ServerResponse, result: FunctionResponse): Promise<void> {
  const { body, status, headers } = result;
  if (!isStream(body)) {
    sendResponse(response, result);
    return;
  }
  const pieces = body[Symbol.asyncIterator]();
  // Its iterator would wait for a next piece before it ends; a generator learns from the call's signal.
  if (body instanceof Readable) response.once('close', () => body.destroy());
  if (response.req.method === 'HEAD') {
    await pieces.return?.();
    setHead(response, status ?? 200, headers);
    response.end();
    return;
  }
  const first = await pieces.next();
  if (first.done !== true && typeof first.value !== 'string' && !(first.value instanceof Uint8Array)) {
    throw new TypeError('A streamed body is of strings or bytes');
  }
  response.setHeader('content-type', 'application/octet-stream');
  setHead(response, status ?? 200, headers);
  await pipeline(goOn(first, pieces), response);
}

/** Sends a body that is there as a whole. Throws before anything is sent if it can't be. */
export function sendResponse(response: ServerResponse, result: FunctionResponse): void {
  const content = encode(result.body);
  if (content !== undefined) {
    response.setHeader('content-type', content.type);
    response.setHeader('content-length', Buffer.byteLength(content.bytes));
  }
  setHead(response, result.status ?? (content === undefined ? 204 : 200), result.headers);
  response.end(content?.bytes);
}

/** What a thrown value is to the caller. */
export interface ErrorAnswer {
  readonly status: number;
  readonly body: { readonly error: string; readonly code?: string };
}

/**
 * 400 to 499: the error's own message. 500 to 599: only the status and the code, since the functions' routes are open
 * to anyone and such a message may name what is inside. Anything else: a bare 500.
 */
export function describeThrown(thrown: unknown): ErrorAnswer {
  const bare = { status: 500, body: { error: 'Internal Server Error' } };
  if (!(thrown instanceof Error)) return bare;
  const status = 'status' in thrown ? thrown.status : undefined;
  if (typeof status !== 'number' || !Number.isInteger(status) || status < 400 || status > 599) return bare;
  const code = 'code' in thrown ? thrown.code : undefined;
  const error = status < 500 ? thrown.message : (STATUS_CODES[status] ?? 'Server Error');
  return { status, body: { error, ...(typeof code === 'string' ? { code } : {}) } };
}

/** Sends an error as JSON in place of whatever headers were set for the answer that failed. */
export function sendError(response: ServerResponse, answer: ErrorAnswer): void {
  for (const name of response.getHeaderNames()) response.removeHeader(name);
  sendResponse(response, { status: answer.status, body: answer.body });
}
