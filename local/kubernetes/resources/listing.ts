import { textAt, type JsonObject } from '../json.ts';
import { toList } from '../objects/lists.ts';
import { apiVersionOf, ok, type Reply, type Resource, type ResourceRequest } from '../resource.ts';
import { parseFieldSelector, parseLabelSelector } from '../selectors.ts';

type ListedResource = Pick<Resource, 'group' | 'version' | 'kind'>;

/** The objects that the request's selectors leave, as a list in order of namespace and name; a `limit` may be ignored. */
export function replyWithList(
  resource: ListedResource,
  request: ResourceRequest,
  objects: readonly JsonObject[],
  resourceVersion: string,
): Reply {
  const matches = selectorOf(request.query);
  const items = objects.filter(matches).sort(byName);
  return ok(toList(resource.kind, apiVersionOf(resource), items, resourceVersion));
}

/** Throws BadRequest for a malformed selector. */
export function selectorOf(query: URLSearchParams): (object: JsonObject) => boolean {
  const labels = parseLabelSelector(query.get('labelSelector') ?? '');
  const fields = parseFieldSelector(query.get('fieldSelector') ?? '');
  return (object) => labels(object) && fields(object);
}

function byName(a: JsonObject, b: JsonObject): number {
  const [first, second] = [a, b].map(
    (object) => `${textAt(object, 'metadata', 'namespace')}/${textAt(object, 'metadata', 'name')}`,
  );
  return (first ?? '') < (second ?? '') ? -1 : 1;
}
