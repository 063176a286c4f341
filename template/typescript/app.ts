import { randomUUID } from 'node:crypto';
import express, { type Express, type NextFunction, type Request, type Response } from 'express';
import { describeThrown, sendAnswer, sendError, sendResponse } from './answer.ts';
import { decodeJson, decodeText, readBody, type BodyLimit } from './body.ts';
import type { Calls } from './calls.ts';
import { HttpError } from './http-error.ts';
import { createLog } from './log.ts';
import type { FunctionContext, FunctionEvent, FunctionResponse, Handler } from './types.ts';

/** Where the process is in its life. */
export interface Lifecycle {
  /** False until the function's `start` is done. */
  readonly ready: boolean;
  /** From SIGTERM on. */
  readonly draining: boolean;
  /** New calls are refused: the others know by now that this replica is going. */
  readonly refusing: boolean;
}

export interface AppParts {
  readonly handler: Handler;
  readonly limit: BodyLimit;
  readonly lifecycle: Lifecycle;
  readonly calls: Calls;
  readonly writeLog: (line: string) => void;
}

function createEvent(request: Request, body: Buffer): FunctionEvent {
  const queryStart = request.originalUrl.indexOf('?');
  return {
    method: request.method,
    path: request.path,
    query: new URLSearchParams(queryStart < 0 ? '' : request.originalUrl.slice(queryStart + 1)),
    headers: request.headers,
    body,
    text: () => decodeText(body),
    json: () => decodeJson(body),
  };
}

function admit(lifecycle: Lifecycle): void {
  if (lifecycle.refusing) throw new HttpError(503, 'shutting-down', 'The function is shutting down');
  if (!lifecycle.ready) throw new HttpError(503, 'not-ready', 'The function is still starting');
}

/** One call, from its first byte to its answer; the signal is aborted if the caller goes before that. */
async function call(parts: AppParts, request: Request, response: Response): Promise<void> {
  admit(parts.lifecycle);
  const controller = parts.calls.begin();
  response.once('close', () => {
    if (!response.writableFinished) controller.abort(new Error('The caller went away'));
    parts.calls.end(controller);
  });
  const callId = request.get('x-call-id') ?? randomUUID();
  response.locals.callId = callId;
  const log = createLog(parts.writeLog, { callId });
  const context: FunctionContext = { callId, signal: controller.signal, log };
  const body = await readBody(request, parts.limit);
  const result = await parts.handler(createEvent(request, body), context);
  if (!response.destroyed) await answer(parts, result, request, response);
}

/** Sends the answer. A stream that breaks is logged and cut off, unless nobody reads on. */
async function answer(
  parts: AppParts,
  result: FunctionResponse,
  request: Request,
  response: Response,
): Promise<void> {
  try {
    await sendAnswer(response, result);
  } catch (thrown) {
    if (!response.headersSent) throw thrown;
    if (!isAbandoned(thrown)) logFailure(parts, { err: thrown }, request, response);
    response.destroy();
  }
}

/** Whether it is a stream that nobody reads on. */
function isAbandoned(thrown: unknown): boolean {
  return thrown instanceof Error && 'code' in thrown && thrown.code === 'ERR_STREAM_PREMATURE_CLOSE';
}

function logFailure(
  parts: AppParts,
  fields: Readonly<Record<string, unknown>>,
  request: Request,
  response: Response,
): void {
  const callId: unknown = response.locals.callId;
  const log = createLog(parts.writeLog, { callId, method: request.method, path: request.path });
  log.error(fields, 'call failed');
}

/** Logs what is our failure, and answers. */
function answerError(parts: AppParts, thrown: unknown, request: Request, response: Response): void {
  const { status, body } = describeThrown(thrown);
  // 503s of our own are the drain at work, and a caller who has gone is no failure of ours.
  if (status >= 500 && !(thrown instanceof HttpError) && !response.destroyed) {
    logFailure(parts, { status, err: thrown }, request, response);
  }
  sendError(response, { status, body });
}

function probe(healthy: () => boolean) {
  return (_request: Request, response: Response): void => {
    sendResponse(response, healthy() ? { body: 'OK' } : { status: 503, body: 'Service Unavailable' });
  };
}

/** The Express application: two probes, and every other method and path to the handler. */
export function createApp(parts: AppParts): Express {
  const { lifecycle } = parts;
  const app = express();
  app.disable('x-powered-by');
  app.use((_request, response, next) => {
    if (lifecycle.draining) response.setHeader('connection', 'close');
    next();
  });
  app.get(
    '/_/health',
    probe(() => !lifecycle.draining),
  );
  app.get(
    '/_/ready',
    probe(() => lifecycle.ready && !lifecycle.draining),
  );
  app.use((request, response) => call(parts, request, response));
  app.use((thrown: unknown, request: Request, response: Response, next: NextFunction) => {
    // Express knows an error handler by its four parameters; once the answer has begun, closing is left to it.
    if (response.headersSent) next(thrown);
    else answerError(parts, thrown, request, response);
  });
  return app;
}
