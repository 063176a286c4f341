import type { JsonObject, Json } from './json.ts';
import type { Decoders } from './request-body.ts';
import type { ResourcePath } from './request-path.ts';

/** One request for a resource, authenticated and authorized. */
export interface ResourceRequest {
  readonly path: ResourcePath;
  readonly query: URLSearchParams;
  readonly contentType: string;
  /** `?dryRun=All`: answer as if done. */
  readonly dryRun: boolean;
  readonly nowMs: number;
  /** Aborted when the client is gone or the server closes. */
  readonly signal: AbortSignal;
  /** The body; JSON unless other types are accepted. Throws UnsupportedMediaType, RequestEntityTooLarge, BadRequest. */
  body(accepted?: Decoders): Promise<Json>;
  /** Throws Forbidden unless the user may do `verb` to the object of this name. */
  require(verb: string, name: string): void;
}

export type Reply =
  | { readonly status: number; readonly object: JsonObject }
  | { readonly text: string; readonly contentType: string; readonly status?: number }
  | { readonly lines: AsyncIterable<JsonObject> }
  /** Text as it comes, until it ends or the client is gone. */
  | { readonly chunks: AsyncIterable<string>; readonly contentType: string };

export type Verb = 'get' | 'list' | 'watch' | 'create' | 'update' | 'patch' | 'delete';
export type Handler = (request: ResourceRequest) => Reply | Promise<Reply>;

/** A resource (`pods`) or subresource (`pods/resize`) that is served. */
export interface Resource {
  readonly group: string;
  readonly version: string;
  readonly name: string;
  readonly kind: string;
  readonly namespaced: boolean;
  readonly singular?: string;
  readonly shortNames?: readonly string[];
  readonly verbs: Readonly<Partial<Record<Verb, Handler>>>;
}

export function apiVersionOf(resource: { readonly group: string; readonly version: string }): string {
  return resource.group === '' ? resource.version : `${resource.group}/${resource.version}`;
}

export function ok(object: JsonObject): Reply {
  return { status: 200, object };
}
