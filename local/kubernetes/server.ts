import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import { isAllowed, refusal, type Attributes } from './authorization.ts';
import { discover } from './discovery.ts';
import type { User } from './identities.ts';
import type { JsonObject } from './json.ts';
import { contentTypeOf, JSON_ONLY, readBody } from './request-body.ts';
import { parseResourcePath, type ResourcePath } from './request-path.ts';
import type { Reply, Resource, ResourceRequest, Verb } from './resource.ts';
import {
  badRequest,
  forbidden,
  internalError,
  methodNotAllowed,
  notAcceptable,
  StatusError,
  unauthorized,
  unknownRoute,
} from './status.ts';
import { toTable, wantsTable } from './table.ts';

const JSON_TYPE = 'application/json';
const HEALTH_PATHS: ReadonlySet<string> = new Set(['/healthz', '/livez', '/readyz']);
const DISCOVERY_ROOTS = /^\/(?:version|api|apis)(?:\/|$)/;
const WRITES: Readonly<Record<string, Verb>> = {
  POST: 'create',
  PUT: 'update',
  PATCH: 'patch',
  DELETE: 'delete',
};

export interface ServerOptions {
  readonly resources: readonly Resource[];
  readonly authenticate: (authorization: string | undefined) => User | undefined;
  readonly namespace: string;
  readonly address: () => string;
  readonly clock: () => number;
  /** Aborted when the server closes. */
  readonly closing: AbortSignal;
  /** Told of errors that are nobody's fault but ours. */
  readonly onError: (error: unknown) => void;
}

/** Answers every request: with what was asked for, or with a `Status` that says why not. */
export function createRequestListener(
  options: ServerOptions,
): (request: IncomingMessage, response: ServerResponse) => void {
  return (request, response) => {
    answer(options, request, response).catch((error: unknown) => {
      refuse(options, request, response, error);
    });
  };
}

async function answer(
  options: ServerOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = parseUrl(request.url ?? '/');
  if (HEALTH_PATHS.has(url.path)) {
    sendText(response, 'text/plain; charset=utf-8', 'ok');
    return;
  }
  const user = options.authenticate(request.headers.authorization);
  if (!user) throw unauthorized();
  const path = parseResourcePath(url.path);
  if (path) await answerResource(options, { user, path, query: url.query, request, response });
  else answerDiscovery(options, user, url.path, request, response);
}

function parseUrl(target: string): { path: string; query: URLSearchParams } {
  // Not the URL class: it would resolve `..` and so hide what was sent.
  const [path = '/', ...query] = target.split('?');
  return { path: path === '/' ? path : path.replace(/\/$/, ''), query: new URLSearchParams(query.join('?')) };
}

function answerDiscovery(
  options: ServerOptions,
  user: User,
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const verb = (request.method ?? 'GET').toLowerCase();
  if (user.role !== 'admin' && !(verb === 'get' && DISCOVERY_ROOTS.test(path))) {
    throw forbidden(
      { group: '', resource: '' },
      '',
      `User "${user.name}" cannot ${verb} path ${JSON.stringify(path)}`,
    );
  }
  const found = discover(path, options.resources, options.address());
  if (!found) throw unknownRoute();
  if (verb !== 'get') throw methodNotAllowed();
  checkAcceptable(request);
  sendJson(response, 200, found);
}

interface Exchange {
  readonly user: User;
  readonly path: ResourcePath;
  readonly query: URLSearchParams;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

async function answerResource(options: ServerOptions, exchange: Exchange): Promise<void> {
  const { user, path, request, response } = exchange;
  const verb = verbOf(request.method ?? 'GET', exchange);
  authorize(options, user, { ...path, verb });
  const resource = findResource(options.resources, path);
  const handler = resource.verbs[verb];
  if (!handler) throw methodNotAllowed();
  if (path.subresource !== 'proxy') checkAcceptable(request);
  const reply = await handler(toResourceRequest(options, exchange));
  await send(options, resource, reply, request, response);
}

function verbOf(method: string, { path, query }: Exchange): Verb {
  const write = WRITES[method];
  if (write) {
    // POST goes to the collection, the others to an object.
    if ((write === 'create') !== (path.name === '')) throw methodNotAllowed();
    return write;
  }
  if (method !== 'GET') throw methodNotAllowed();
  if (['1', 'true'].includes(query.get('watch') ?? '')) return 'watch';
  return path.name === '' ? 'list' : 'get';
}

function authorize(options: ServerOptions, user: User, wanted: Attributes): void {
  if (isAllowed(user, options.namespace, wanted)) return;
  throw forbidden(wanted, wanted.name, refusal(user, wanted));
}

function findResource(resources: readonly Resource[], path: ResourcePath): Resource {
  const name = path.subresource === '' ? path.resource : `${path.resource}/${path.subresource}`;
  const found = resources.find(
    (resource) =>
      resource.group === path.group && resource.version === path.version && resource.name === name,
  );
  const misplaced = found && (found.namespaced ? path.name !== '' && path.namespace === '' : isNested(path));
  if (!found || misplaced || (path.rest !== '' && path.subresource !== 'proxy')) throw unknownRoute();
  return found;
}

/** A cluster-wide resource asked for within a namespace. */
function isNested(path: ResourcePath): boolean {
  return path.namespace !== '' && path.resource !== 'namespaces';
}

function toResourceRequest(options: ServerOptions, exchange: Exchange): ResourceRequest {
  const { user, path, query, request, response } = exchange;
  const gone = new AbortController();
  response.once('close', () => {
    gone.abort();
  });
  return {
    path,
    query,
    contentType: contentTypeOf(request),
    dryRun: parseDryRun(query),
    nowMs: options.clock(),
    signal: AbortSignal.any([gone.signal, options.closing]),
    body: (accepted = JSON_ONLY) => readBody(request, accepted),
    require: (verb, name) => {
      authorize(options, user, { ...path, verb, name });
    },
  };
}

function parseDryRun(query: URLSearchParams): boolean {
  const values = query.getAll('dryRun');
  if (values.some((value) => value !== 'All')) {
    throw badRequest(`invalid dryRun value ${JSON.stringify(values.join(','))}: only All is supported`);
  }
  return values.length > 0;
}

function checkAcceptable(request: IncomingMessage): void {
  const accept = request.headers.accept ?? '*/*';
  const types = accept.split(',').map((type) => type.split(';')[0]?.trim().toLowerCase());
  if (types.some((type) => type === JSON_TYPE || type === '*/*' || type === 'application/*')) return;
  throw notAcceptable();
}

async function send(
  options: ServerOptions,
  resource: Resource,
  reply: Reply,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if ('text' in reply) {
    sendText(response, reply.contentType, reply.text, reply.status);
  } else if ('lines' in reply) {
    await stream(response, JSON_TYPE, toLines(reply.lines));
  } else if ('chunks' in reply) {
    await stream(response, reply.contentType, reply.chunks);
  } else {
    const asTable = request.method === 'GET' && wantsTable(request.headers.accept ?? '');
    const object = asTable ? toTable(resource.kind, reply.object, options.clock()) : reply.object;
    sendJson(response, reply.status, object);
  }
}

async function stream(
  response: ServerResponse,
  contentType: string,
  chunks: AsyncIterable<string>,
): Promise<void> {
  response.writeHead(200, { 'content-type': contentType });
  response.flushHeaders();
  await pipeline(Readable.from(chunks), response);
}

async function* toLines(objects: AsyncIterable<JsonObject>): AsyncGenerator<string> {
  for await (const object of objects) yield `${JSON.stringify(object)}\n`;
}

function sendText(response: ServerResponse, contentType: string, text: string, status = 200): void {
  response.writeHead(status, { 'content-type': contentType });
  response.end(text);
}

function sendJson(response: ServerResponse, status: number, object: JsonObject): void {
  response.writeHead(status, { 'content-type': JSON_TYPE, 'cache-control': 'no-cache, private' });
  response.end(JSON.stringify(object));
}

function refuse(
  options: ServerOptions,
  request: IncomingMessage,
  response: ServerResponse,
  error: unknown,
): void {
  if (response.headersSent || request.socket.destroyed) {
    response.destroy();
    return;
  }
  if (!(error instanceof StatusError)) options.onError(error);
  const status = error instanceof StatusError ? error : internalError();
  // A body that was not read to its end leaves the connection useless.
  if (!request.complete) response.setHeader('connection', 'close');
  sendJson(response, status.code, status.toJson());
  request.resume();
}
