import fetch, { type Response } from 'node-fetch';
import * as z from 'zod';
import { ForesizeError } from '#core/errors/error.ts';
import { printableUrl } from './address.ts';
import { agentFor, type Tls } from './agent.ts';
import { deadline, type Deadline } from './deadline.ts';

export interface HttpRequest {
  readonly url: string;
  /** @default GET */
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** PEM of the authority to trust instead of the system's. */
  readonly ca?: string;
  /** As whom to come, and whom else to trust. */
  readonly tls?: Tls;
  /** Sent as `Authorization: Bearer …`. */
  readonly bearerToken?: string;
  /** For the whole exchange, body included. @default 10000 */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
  /** Bound of the response's body, after decompression. @default 16 MiB */
  readonly maximumBytes?: number;
}

interface HttpHead {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
}

export interface HttpResponse extends HttpHead {
  readonly body: Buffer;
}

export interface HttpStream extends HttpHead {
  /** The body as it arrives; must be read to its end or left by `break`. Throws as `httpRequest` does. */
  readonly chunks: AsyncIterable<Buffer>;
}

const DEFAULT_TIMEOUT_MS = 10_000;
const DEFAULT_MAXIMUM_BYTES = 16 * 2 ** 20;

/** What a peer that closed an idle connection at the same moment leaves behind. */
const STALE_CONNECTION = new Set(['ECONNRESET', 'EPIPE', 'ECONNABORTED']);

function describe(request: HttpRequest): string {
  return `${request.method ?? 'GET'} ${printableUrl(request.url)}`;
}

function failure(request: HttpRequest, limit: Deadline, cause: unknown): Error {
  if (cause instanceof ForesizeError) return cause;
  if (limit.timedOut()) {
    const timeoutMs = request.timeoutMs ?? DEFAULT_TIMEOUT_MS;
    return new ForesizeError('http-failed', `${describe(request)} did not answer within ${timeoutMs} ms`);
  }
  if (request.signal?.aborted === true) {
    return new ForesizeError('http-failed', `${describe(request)} was cancelled`, { cause });
  }
  const reason = cause instanceof Error ? withoutUrl(cause.message) : String(cause);
  return new ForesizeError('http-failed', `${describe(request)} failed: ${reason}`, { cause });
}

/** node-fetch repeats the whole URL, credentials included, before its reason. */
function withoutUrl(message: string): string {
  return message.replace(
    /^(?:request to|Invalid response body while trying to fetch) .*?(?:, reason)?: /,
    '',
  );
}

function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

function parseUrl(request: HttpRequest): URL {
  if (!URL.canParse(request.url)) {
    throw new ForesizeError('http-failed', `${describe(request)} failed: not a URL`);
  }
  return new URL(request.url);
}

/** node-fetch refuses credentials in a URL; they go where they belong. */
function headersOf(request: HttpRequest, url: URL): Record<string, string> {
  const headers: Record<string, string> & { authorization?: string } = { ...request.headers };
  if (request.bearerToken !== undefined) headers.authorization = `Bearer ${request.bearerToken}`;
  if (url.username !== '') {
    const pair = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
    headers.authorization ??= `Basic ${Buffer.from(pair).toString('base64')}`;
  }
  url.username = '';
  url.password = '';
  return headers;
}

function bodyOf({ body }: HttpRequest): Buffer | null {
  if (body === undefined) return null;
  return typeof body === 'string'
    ? Buffer.from(body)
    : Buffer.from(body.buffer, body.byteOffset, body.byteLength);
}

async function send(request: HttpRequest, limit: Deadline): Promise<Response> {
  const url = parseUrl(request);
  const headers = headersOf(request, url);
  const once = (): Promise<Response> =>
    fetch(url, {
      method: request.method ?? 'GET',
      headers,
      // A redirect could carry the token elsewhere: its status is the answer.
      redirect: 'manual',
      signal: limit.signal,
      agent: agentFor(url, { ...request.tls, ...(request.ca === undefined ? {} : { ca: request.ca }) }),
      body: bodyOf(request),
    });
  try {
    return await once();
  } catch (error) {
    const repeatable = (request.method ?? 'GET') === 'GET' && STALE_CONNECTION.has(codeOf(error) ?? '');
    if (!repeatable || limit.signal.aborted) throw error;
    return await once();
  }
}

async function* bounded(request: HttpRequest, response: Response, limit: Deadline): AsyncGenerator<Buffer> {
  const maximum = request.maximumBytes ?? DEFAULT_MAXIMUM_BYTES;
  let seen = 0;
  try {
    for await (const chunk of response.body ?? []) {
      const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
      seen += bytes.length;
      if (seen > maximum) {
        throw new ForesizeError('http-too-large', `${describe(request)} answered more than ${maximum} bytes`);
      }
      yield bytes;
    }
  } catch (error) {
    throw failure(request, limit, error);
  } finally {
    limit.clear();
  }
}

/**
 * Sends a request and hands the body over as it arrives. Any status is an answer; redirects are not followed.
 * Throws `http-failed` (no answer, cut short, timed out, cancelled) and `http-too-large`, naming method and URL.
 */
export async function httpStream(request: HttpRequest): Promise<HttpStream> {
  const limit = deadline(request.timeoutMs ?? DEFAULT_TIMEOUT_MS, request.signal);
  try {
    const response = await send(request, limit);
    return {
      status: response.status,
      headers: Object.fromEntries(response.headers),
      chunks: bounded(request, response, limit),
    };
  } catch (error) {
    limit.clear();
    throw failure(request, limit, error);
  }
}

/**
 * Sends a request and reads the whole answer. Errors as `httpStream`.
 *
 * @example
 * const { status, body } = await httpRequest({ url: 'http://127.0.0.1:8080/healthz', timeoutMs: 2000 });
 */
export async function httpRequest(request: HttpRequest): Promise<HttpResponse> {
  const { status, headers, chunks } = await httpStream(request);
  const parts: Buffer[] = [];
  for await (const chunk of chunks) parts.push(chunk);
  return { status, headers, body: Buffer.concat(parts) };
}

/**
 * The error for an answer whose status is not the one wanted: `http-refused`, with method, URL, status and the
 * beginning of the body, or the message in it where it is an API server's.
 */
export function refusedError(request: HttpRequest, status: number, body: Buffer): ForesizeError {
  const said = messageIn(body) ?? body.subarray(0, 300).toString('utf8').replaceAll(/\s+/g, ' ').trim();
  return new ForesizeError(
    'http-refused',
    `${describe(request)} answered ${status}${said === '' ? '' : `: ${said}`}`,
  );
}

const statusSchema = z.object({ kind: z.literal('Status'), message: z.string() });

/** What a `Status` of Kubernetes says; null for another body. */
export function messageIn(body: Buffer): string | null {
  try {
    const status = statusSchema.safeParse(JSON.parse(body.toString('utf8')));
    return status.success ? status.data.message : null;
  } catch {
    return null;
  }
}
