import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FunctionDetail, FunctionList } from './api.ts';
import { type Assets, etagOf } from './assets.ts';

/**
 * What the page shows. The same object stands for the same content, so that it is written out once and whoever has it
 * already is told so.
 */
export interface PageData {
  list(signal: AbortSignal): Promise<FunctionList>;
  /** Null where there is no such function. */
  detail(namespace: string, name: string, signal: AbortSignal): Promise<FunctionDetail | null>;
}

export interface PageOptions {
  readonly assets: Assets;
  readonly data: PageData;
  /** Told what went wrong: the browser is not. */
  readonly onProblem: (error: unknown) => void;
}

/** Nothing from elsewhere, nothing inline, nothing evaluated; nobody may frame it, and it sends no forms. */
export const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const HEADERS = {
  'content-security-policy': CONTENT_SECURITY_POLICY,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  // Kept, and asked for every time whether it is still right.
  'cache-control': 'no-cache',
} as const;

interface Content {
  readonly type: string;
  readonly body: Uint8Array;
  readonly etag: string;
}

/**
 * Answers the requests of the page: its files, `api/functions`, and `api/functions/NAMESPACE/NAME`; with 304 whoever
 * has the newest already. Read-only: GET and HEAD, all else is 405. Never throws; a failure of the data is 502.
 */
export function createPageHandler(options: PageOptions) {
  const contentOf = createWriter();
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      refuse(response, 405, 'Read only: GET and HEAD.', { allow: 'GET, HEAD' });
      return;
    }
    const gone = new AbortController();
    response.once('close', () => {
      gone.abort();
    });
    try {
      const content = await find(request.url ?? '/', options, contentOf, gone.signal);
      if (content === null) refuse(response, 404, 'There is nothing at this address.');
      else send(request, response, content);
    } catch (error) {
      if (gone.signal.aborted) return;
      options.onProblem(error);
      refuse(response, 502, 'What the page shows could not be read; the log says why.');
    }
  };
}

type Writer = (value: object) => Content;

async function find(
  url: string,
  { assets, data }: PageOptions,
  contentOf: Writer,
  signal: AbortSignal,
): Promise<Content | null> {
  const parts = pathOf(url);
  if (parts === null) return null;
  if (parts[0] !== 'api') return assets.get(parts.join('/')) ?? null;
  const [, collection, namespace, name, more] = parts;
  if (collection !== 'functions' || more !== undefined) return null;
  if (namespace === undefined) return contentOf(await data.list(signal));
  if (name === undefined) return null;
  const detail = await data.detail(namespace, name, signal);
  return detail === null ? null : contentOf(detail);
}

/** Null for what is no address at all: `%` alone. */
function pathOf(url: string): readonly string[] | null {
  try {
    return url
      .replace(/[?#].*$/, '')
      .replace(/^\/+/, '')
      .split('/')
      .map(decodeURIComponent);
  } catch {
    return null;
  }
}

/** JSON of each object, written once. */
function createWriter(): Writer {
  const written = new WeakMap<object, Content>();
  return (value) => {
    const known = written.get(value);
    if (known !== undefined) return known;
    const body = Buffer.from(JSON.stringify(value));
    const content = { type: 'application/json; charset=utf-8', body, etag: etagOf(body) };
    written.set(value, content);
    return content;
  };
}

function send(request: IncomingMessage, response: ServerResponse, { type, body, etag }: Content): void {
  const known = request.headers['if-none-match']?.split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  if (known?.some((tag) => tag === etag || tag === '*') === true) {
    response.writeHead(304, { ...HEADERS, etag }).end();
    return;
  }
  response.writeHead(200, { ...HEADERS, etag, 'content-type': type, 'content-length': body.byteLength });
  response.end(request.method === 'HEAD' ? undefined : body);
}

function refuse(
  response: ServerResponse,
  status: number,
  text: string,
  more: Record<string, string> = {},
): void {
  if (response.headersSent) return;
  response.writeHead(status, { ...HEADERS, ...more, 'content-type': 'text/plain; charset=utf-8' });
  response.end(`${text}\n`);
}
