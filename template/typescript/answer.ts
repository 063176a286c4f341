import { STATUS_CODES, type ServerResponse } from 'node:http';
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

/** Sends what a handler returned. Throws before anything is sent if it can't be: not JSON, a wrong status or header. */
export function sendResponse(response: ServerResponse, result: FunctionResponse): void {
  const content = encode(result.body);
  response.statusCode = result.status ?? (content === undefined ? 204 : 200);
  if (content !== undefined) {
    response.setHeader('content-type', content.type);
    response.setHeader('content-length', Buffer.byteLength(content.bytes));
  }
  for (const [name, value] of Object.entries(result.headers ?? {})) response.setHeader(name, value);
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
