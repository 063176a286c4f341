import { gzipSync } from 'node:zlib';
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
  /** Whether the header `Authorization` of a request lets it read data; left out, everyone may. */
  readonly isAllowed?: (authorization: string | undefined) => boolean;
  /** Sends data compressed to who takes it: worth its time over a network. @default false */
  readonly compresses?: boolean;
}

/** A request as any server has it. */
export interface PageRequest {
  readonly method: string;
  /** Path under the page's address, with or without a slash before it and a query behind. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

export interface PageAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Undefined for none: 304 and HEAD. */
  readonly body?: Uint8Array;
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
 * has the newest already. Read-only: GET and HEAD, all else is 405. Never rejects; a failure of the data is 502, and
 * what may not be read 401, whether there is such a thing or not.
 */
export function createPageAnswers(
  options: PageOptions,
): (request: PageRequest, signal: AbortSignal) => Promise<PageAnswer> {
  const contentOf = createWriter();
  return async (request, signal) => {
    if (request.method !== 'GET' && request.method !== 'HEAD')
      return refusal(405, 'Read only: GET and HEAD.', { allow: 'GET, HEAD' });
    const parts = pathOf(request.path);
    if (parts === null) return NOTHING_HERE;
    if (parts[0] === 'api' && options.isAllowed?.(headerOf(request, 'authorization')) === false)
      return NO_TOKEN;
    try {
      const content = await find(parts, options, contentOf, signal);
      return content === null ? NOTHING_HERE : answerWith(content, request, options.compresses === true);
    } catch (error) {
      if (!signal.aborted) options.onProblem(error);
      return refusal(502, 'What the page shows could not be read; the log says why.');
    }
  };
}

type Writer = (value: object) => Content;

async function find(
  parts: readonly string[],
  { assets, data }: PageOptions,
  contentOf: Writer,
  signal: AbortSignal,
): Promise<Content | null> {
  if (parts[0] !== 'api') return assets.get(parts.join('/')) ?? null;
  const [, collection, namespace, name, more] = parts;
  if (collection !== 'functions' || more !== undefined) return null;
  if (namespace === undefined) return contentOf(await data.list(signal));
  if (name === undefined) return null;
  const detail = await data.detail(namespace, name, signal);
  return detail === null ? null : contentOf(detail);
}

/**
 * Without a first `page/`, under which the document asks for what belongs to it: so all is found from the address of a
 * function with and without a slash at its end. Null for what is no address at all: `%` alone.
 */
function pathOf(path: string): readonly string[] | null {
  try {
    return path
      .replace(/[?#].*$/, '')
      .replace(/^\/+/, '')
      .replace(/^page\//, '')
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

const compressed = new WeakMap<Content, Uint8Array>();

function compress(content: Content): Uint8Array {
  const known = compressed.get(content);
  if (known !== undefined) return known;
  const body = gzipSync(content.body);
  compressed.set(content, body);
  return body;
}

function answerWith(content: Content, request: PageRequest, mayCompress: boolean): PageAnswer {
  const { type, etag } = content;
  const known = headerOf(request, 'if-none-match')?.split(',').map(bareTag);
  const headers = { ...HEADERS, etag, vary: 'accept-encoding' };
  if (known?.some((tag) => tag === bareTag(etag) || tag === '*') === true) return { status: 304, headers };
  const isCompressed = mayCompress && /\bgzip\b/.test(headerOf(request, 'accept-encoding') ?? '');
  const body = isCompressed ? compress(content) : content.body;
  return {
    status: 200,
    headers: {
      ...headers,
      ...(isCompressed ? { 'content-encoding': 'gzip' } : {}),
      'content-type': type,
      'content-length': String(body.byteLength),
    },
    ...(request.method === 'HEAD' ? {} : { body }),
  };
}

/** Compared without the mark of weak ones (RFC 9110 §13.1.2), which proxies add and take away. */
const bareTag = (tag: string): string => tag.trim().replace(/^W\//, '');

function headerOf({ headers }: PageRequest, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'string' ? value : value?.join(', ');
}

function refusal(status: number, text: string, more: Readonly<Record<string, string>> = {}): PageAnswer {
  const headers = { ...HEADERS, ...more, 'content-type': 'text/plain; charset=utf-8' };
  return { status, headers, body: Buffer.from(`${text}\n`) };
}

const NOTHING_HERE = refusal(404, 'There is nothing at this address.');
const NO_TOKEN = refusal(401, 'The token of this page is needed.', { 'www-authenticate': 'Bearer' });
