import type { Json, JsonObject } from '../json.ts';
import { withoutMember } from '../json.ts';

/** `PodList` and the like. Items of a list carry no kind and apiVersion of their own. */
export function toList(
  kind: string,
  apiVersion: string,
  items: readonly JsonObject[],
  resourceVersion: string,
): JsonObject {
  const bare: Json[] = items.map((item) => withoutMember(withoutMember(item, 'kind'), 'apiVersion'));
  return { kind: `${kind}List`, apiVersion, metadata: { resourceVersion }, items: bare };
}
