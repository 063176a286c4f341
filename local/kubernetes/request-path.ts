import { badRequest } from './status.ts';

/** An API path taken apart as the API server's RequestInfo: '' where a part is absent. */
export interface ResourcePath {
  readonly group: string;
  readonly version: string;
  readonly namespace: string;
  readonly resource: string;
  readonly name: string;
  readonly subresource: string;
  /** What follows the subresource: `metrics/cadvisor` after `nodes/NAME/proxy`. */
  readonly rest: string;
}

/** Undefined for a path that names no resource (`/version`, `/apis/apps/v1`). Throws BadRequest for a malformed escape. */
export function parseResourcePath(path: string): ResourcePath | undefined {
  const parts = path.split('/').slice(1).map(decode);
  if (parts[0] === 'api' && parts.length > 2) return parseParts('', parts.slice(1));
  if (parts[0] === 'apis' && parts.length > 3) return parseParts(parts[1] ?? '', parts.slice(2));
  return undefined;
}

function parseParts(group: string, [version = '', ...parts]: readonly string[]): ResourcePath {
  const scoped = parts[0] === 'namespaces' && parts.length > 2;
  const [resource = '', name = '', subresource = '', ...rest] = scoped ? parts.slice(2) : parts;
  const namespace = scoped ? (parts[1] ?? '') : resource === 'namespaces' ? name : '';
  return { group, version, namespace, resource, name, subresource, rest: rest.join('/') };
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw badRequest(`the path has a malformed escape: ${JSON.stringify(part)}`);
  }
}
