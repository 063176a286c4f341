import type { Json } from '../json.ts';
import { isObject } from '../json.ts';
import { jsonTypes } from '../request-body.ts';
import { badRequest, unsupportedMediaType } from '../status.ts';
import { applyJsonPatch } from './json-patch.ts';
import { applyMergePatch } from './merge-patch.ts';
import { applyStrategicMerge } from './strategic-merge.ts';

type Apply = (target: Json, patch: Json) => Json;

const PATCHES: ReadonlyMap<string, Apply> = new Map<string, Apply>([
  ['application/json-patch+json', applyJsonPatch],
  ['application/merge-patch+json', asObject(applyMergePatch)],
  ['application/strategic-merge-patch+json', asObject(applyStrategicMerge)],
]);

/** The bodies that are patches. */
export const PATCH_BODIES = jsonTypes([...PATCHES.keys()]);

/** Applies a patch by its content type. Throws UnsupportedMediaType, BadRequest, Invalid. */
export function applyPatch(contentType: string, target: Json, patch: Json): Json {
  const apply = PATCHES.get(contentType);
  if (!apply) throw unsupportedMediaType([...PATCHES.keys()]);
  return apply(target, patch);
}

function asObject(apply: Apply): Apply {
  return (target, patch) => {
    if (!isObject(patch)) throw badRequest('error decoding patch: a JSON object is expected');
    return apply(target, patch);
  };
}
