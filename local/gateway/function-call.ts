import { Agent, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { pipeline } from 'node:stream';
import { ForesizeError } from '#core/errors/error.ts';
import { replaceHeaders, withoutHeaders } from '../http/header-pairs.ts';
import { identify, type CallIdentity } from './call-identity.ts';
import { endToEndHeaders } from './forwarded-headers.ts';
import { parseTarget, type FunctionTarget } from './function-name.ts';
import type { Lease } from '../workloads/model.ts';
import type { GatewayMetrics } from './metrics.ts';
import type { GatewaySettings } from './options.ts';

/** One call on its way: who called, what was called, and what to tell whom when it ends. */
interface Call {
  readonly target: FunctionTarget;
  readonly identity: CallIdentity;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Aborted when the caller is gone. */
  readonly gone: AbortSignal;
}

/**
 * A connection a call, since a kept one may belong to a process that has just been ended. Still the function is told
 * to keep it: else Node's server would reset it, answer and all, where it answers before the body has been sent.
 */
const agent = new Agent({ keepAlive: true, maxFreeSockets: 0 });

/** Answered by the gateway itself, or set anew. */
const NOT_FORWARDED = new Set(['expect', 'host']);

/** The replica accepted the call and did not finish it in time. */
class UpstreamTimeoutError extends Error {}

/** Answers `/function/NAME[.NAMESPACE][/path][?query]`, any method, streaming both ways. */
export function functionHandler(settings: GatewaySettings, metrics: GatewayMetrics) {
  return (request: IncomingMessage, response: ServerResponse): void => {
    const target = parseTarget(request.url ?? '', settings.namespaces.defaultName);
    if (target === undefined) {
      response.writeHead(404).end();
      return;
    }
    const identity = identify(request, settings.now(), settings.version.release);
    const caller = new AbortController();
    response.once('close', () => {
      caller.abort();
    });
    const call = { target, identity, request, response, gone: caller.signal };
    void counted(metrics, target.calledAs, () => answer(settings, call));
  };
}

async function counted(
  metrics: GatewayMetrics,
  calledAs: string,
  work: () => Promise<number>,
): Promise<void> {
  const startedMs = performance.now();
  metrics.started(calledAs);
  const code = await work();
  metrics.completed(calledAs, code, (performance.now() - startedMs) / 1000);
}

/** Carries the call out, and returns the status the caller got. Never throws. */
async function answer(settings: GatewaySettings, call: Call): Promise<number> {
  try {
    const lease = await leaseReplica(settings, call);
    try {
      return await forward(lease.origin, settings.upstreamTimeoutMs, call);
    } finally {
      lease.release();
    }
  } catch (error) {
    return refuse(call, error);
  }
}

/** Waits for a ready replica, up to `replicaWaitMs` and while the caller is there. */
async function leaseReplica(
  { workloads, replicaWaitMs }: GatewaySettings,
  { target, gone }: Call,
): Promise<Lease> {
  const patience = new AbortController();
  const giveUp = (): void => {
    patience.abort();
  };
  // A timer of our own, since one of AbortSignal.timeout would outlive the call and keep it in memory.
  const timer = setTimeout(giveUp, replicaWaitMs);
  gone.addEventListener('abort', giveUp);
  try {
    return await workloads.lease(target.namespace, target.name, patience.signal);
  } finally {
    clearTimeout(timer);
    gone.removeEventListener('abort', giveUp);
  }
}

function forward(origin: string, timeoutMs: number, call: Call): Promise<number> {
  const { request, gone } = call;
  return new Promise<number>((resolve, reject) => {
    const { hostname, port, host } = new URL(origin);
    const { rest: path } = call.target;
    const headers = headersForFunction(call, host);
    const upstream = httpRequest({ hostname, port, path, headers, method: request.method, agent });
    let answered = false;
    const end = (): void => {
      upstream.destroy();
    };
    const timer = setTimeout(() => {
      upstream.destroy(new UpstreamTimeoutError(`no answer within ${timeoutMs} ms`));
    }, timeoutMs);
    gone.addEventListener('abort', end);
    const settle = (): void => {
      clearTimeout(timer);
      gone.removeEventListener('abort', end);
      // What the caller still sends must be read, or it never gets to the answer.
      request.unpipe(upstream);
      request.resume();
    };
    const fail = (error: Error): void => {
      settle();
      reject(error);
    };
    upstream.on('error', fail);
    // One that switches protocols ends with neither an answer nor an error; after either this changes nothing.
    upstream.on('close', () => {
      if (!answered) fail(new Error('it closed the connection without an answer'));
    });
    upstream.on('response', (reply) => {
      const { statusCode: status = 0 } = reply;
      if (status < 200) {
        upstream.destroy(new Error(`it answered with the status ${status}`));
        return;
      }
      answered = true;
      relay(status, reply, call, () => {
        settle();
        upstream.destroy();
        resolve(status);
      });
    });
    // Before the first byte of a body that may be long in coming.
    upstream.flushHeaders();
    request.pipe(upstream);
    if (gone.aborted) end();
  });
}

/**
 * Copies the function's answer to the caller; an answer that breaks off breaks off for the caller too. The words beside
 * the status are our own, as the real gateway's: a function's may hold what can't be sent on.
 */
function relay(status: number, reply: IncomingMessage, { response, identity }: Call, done: () => void): void {
  const headers = replaceHeaders(endToEndHeaders(reply), { ...identity });
  response.writeHead(status, headers.flat());
  response.flushHeaders();
  pipeline(reply, response, done);
}

/** Headers in Node's flat form: what the caller sent end to end, and what the gateway knows of the call. */
function headersForFunction({ request, identity }: Call, host: string): string[] {
  const from = request.socket.remoteAddress ?? '';
  const before = request.headers['x-forwarded-for'];
  const headers = replaceHeaders(withoutHeaders(endToEndHeaders(request), NOT_FORWARDED), {
    ...identity,
    ...framing(request),
    host,
    'x-forwarded-for': before === undefined ? from : `${String(before)}, ${from}`,
    'x-forwarded-host': String(request.headers['x-forwarded-host'] ?? request.headers.host ?? ''),
  });
  return headers.flat();
}

/** How the body ends, said outright: Node would send a body with DELETE unframed, and one in chunks with an empty POST. */
function framing({ headers, method = '' }: IncomingMessage): Record<string, string> {
  if (headers['transfer-encoding'] !== undefined) return { 'transfer-encoding': 'chunked' };
  // Set anew, since a caller's Connection header could have named it: the body would follow unframed, as a second request.
  const { 'content-length': length } = headers;
  if (length !== undefined) return { 'content-length': length };
  return ['GET', 'HEAD', 'DELETE', 'OPTIONS'].includes(method) ? {} : { 'content-length': '0' };
}

function refuse({ target, identity, response }: Call, error: unknown): number {
  const { status, text } = explain(target, error);
  if (response.headersSent || response.destroyed) response.destroy();
  else response.writeHead(status, { ...identity, 'content-type': 'text/plain; charset=utf-8' }).end(text);
  return status;
}

function explain(target: FunctionTarget, error: unknown): { status: number; text: string } {
  const name = `${target.name}.${target.namespace}`;
  if (error instanceof ForesizeError) return { status: error.status, text: error.message };
  if (error instanceof UpstreamTimeoutError) return { status: 504, text: `${name}: ${error.message}` };
  if (error instanceof DOMException) return { status: 503, text: `${name}: no replica became ready in time` };
  const reason = error instanceof Error ? error.message : String(error);
  return { status: 502, text: `${name}: the replica broke off: ${reason}` };
}
