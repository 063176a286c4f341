import type { IncomingMessage, ServerResponse } from 'node:http';
import { ForesizeError } from '#core/errors/error.ts';
import { withoutHeaders } from '../http/header-pairs.ts';
import { MAX_MESSAGE_BYTES, tooLarge, type QueuedCall } from '../queue/message.ts';
import type { CallQueue } from '../queue/queue.ts';
import { identify, type CallIdentity } from './call-identity.ts';
import { endToEndHeaders } from './forwarded-headers.ts';
import { parseTarget, type FunctionTarget } from './function-name.ts';
import type { GatewaySettings } from './options.ts';

/** The worker sets its own. */
const NOT_QUEUED = new Set(['host', 'content-length', 'expect', 'x-callback-url']);

/**
 * Answers `POST /async-function/…`: 202 once the call is queued, whether or not the function exists.
 * It is counted when the worker carries it out, once, under the name it was called by.
 */
export function asyncHandler(settings: GatewaySettings, queue: CallQueue) {
  return (request: IncomingMessage, response: ServerResponse): void => {
    const target = parseTarget(request.url ?? '', settings.namespaces.defaultName);
    if (target === undefined || request.method !== 'POST') {
      response.writeHead(target === undefined ? 404 : 405).end();
      return;
    }
    const identity = identify(request, settings.now(), settings.version.release);
    enqueue(queue, target, identity, request).then(
      () => {
        response.writeHead(202, { ...identity, 'content-length': '0' }).end();
      },
      (error: unknown) => {
        const status = error instanceof ForesizeError ? error.status : 500;
        const text = error instanceof Error ? error.message : String(error);
        request.resume();
        response.writeHead(status, { ...identity, connection: 'close' }).end(text);
      },
    );
  };
}

async function enqueue(
  queue: CallQueue,
  target: FunctionTarget,
  identity: CallIdentity,
  request: IncomingMessage,
): Promise<void> {
  const callbackUrl = request.headers['x-callback-url'];
  const body = await readBody(request, target.calledAs);
  queue.publish({
    functionName: target.calledAs,
    callId: identity['x-call-id'],
    method: 'POST',
    rest: target.rest,
    headers: queuedHeaders(request),
    body,
    callbackUrl: typeof callbackUrl === 'string' ? requireHttpUrl(callbackUrl) : null,
  });
}

function queuedHeaders(request: IncomingMessage): QueuedCall['headers'] {
  return withoutHeaders(endToEndHeaders(request), NOT_QUEUED);
}

function requireHttpUrl(text: string): string {
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return text;
  throw new ForesizeError('request-invalid', `X-Callback-Url ${JSON.stringify(text)} is not an http(s) URL`);
}

/** Stops reading, and throws, as soon as the body alone is over what a message may have. */
async function readBody(request: IncomingMessage, functionName: string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  // The connection must outlive the refusal, which is still to be sent.
  const parts: AsyncIterable<Buffer> = request.iterator({ destroyOnReturn: false });
  for await (const chunk of parts) {
    chunks.push(chunk);
    bytes += chunk.byteLength;
    if (bytes > MAX_MESSAGE_BYTES) throw tooLarge(functionName, `more than ${MAX_MESSAGE_BYTES} bytes`);
  }
  return Buffer.concat(chunks);
}
