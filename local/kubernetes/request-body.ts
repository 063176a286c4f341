import type { IncomingMessage } from 'node:http';
import { parseJson, type Json } from './json.ts';
import { badRequest, tooLarge, unsupportedMediaType } from './status.ts';

/** The API server's own limit (genericapiserver.Config.MaxRequestBodyBytes). */
export const MAX_BODY_BYTES = 3 * 1024 * 1024;

/** Media type → how a body of that type is read. */
export type Decoders = ReadonlyMap<string, (bytes: Uint8Array) => Json>;

/** Bodies of these types, each JSON. */
export function jsonTypes(types: readonly string[]): Decoders {
  return new Map(types.map((type) => [type, decodeJson]));
}

export const JSON_ONLY = jsonTypes(['application/json']);

/** The body, decoded by its media type. Throws UnsupportedMediaType, RequestEntityTooLarge, BadRequest. */
export async function readBody(request: IncomingMessage, accepted: Decoders): Promise<Json> {
  const decode = accepted.get(contentTypeOf(request));
  if (!decode) throw unsupportedMediaType([...accepted.keys()]);
  return decode(await readBytes(request));
}

/** Throws BadRequest. */
export function decodeJson(bytes: Uint8Array): Json {
  try {
    return parseJson(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    const why = error instanceof Error ? error.message : 'unreadable';
    throw badRequest(`the request's body is not a JSON document: ${why}`);
  }
}

/** The media type without its parameters, lower case; JSON where none is given, as the API server has it. */
export function contentTypeOf(request: IncomingMessage): string {
  const [type = ''] = (request.headers['content-type'] ?? 'application/json').split(';');
  return type.trim().toLowerCase();
}

async function readBytes(request: IncomingMessage): Promise<Uint8Array> {
  if (Number(request.headers['content-length'] ?? 0) > MAX_BODY_BYTES) throw tooLarge(MAX_BODY_BYTES);
  const chunks: Uint8Array[] = [];
  let size = 0;
  // The request outlives a refusal: its connection carries the answer.
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    if (!(chunk instanceof Uint8Array)) continue;
    size += chunk.length;
    if (size > MAX_BODY_BYTES) throw tooLarge(MAX_BODY_BYTES);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
