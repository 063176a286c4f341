import { isList, isObject, member, withoutMember, type Json, type JsonObject } from '../json.ts';
import { badRequest } from '../status.ts';

/** patchMergeKey of the lists that occur in the objects served here (k8s.io/api/core/v1/types.go). */
const MERGE_KEYS: Readonly<Record<string, string>> = {
  containers: 'name',
  initContainers: 'name',
  conditions: 'type',
  env: 'name',
  ports: 'containerPort',
  ownerReferences: 'uid',
};

const DIRECTIVE = '$patch';

/** Strategic merge patch: as a merge patch, but lists with a merge key are merged element by element. */
export function applyStrategicMerge(target: Json | undefined, patch: Json): Json {
  if (!isObject(patch)) return patch;
  const directive = member(patch, DIRECTIVE);
  if (directive === 'replace') return withoutMember(patch, DIRECTIVE);
  if (directive === 'delete') return {};
  if (directive !== undefined && directive !== 'merge') {
    throw badRequest(`unknown patch directive ${JSON.stringify(directive)}`);
  }
  const merged = new Map<string, Json>(isObject(target) ? Object.entries(target) : []);
  for (const [key, value] of Object.entries(patch)) {
    // The order of elements and kept keys are hints for clients' three-way merges; order is kept as it is here.
    if (key.startsWith('$')) continue;
    if (value === null) merged.delete(key);
    else merged.set(key, mergeMember(key, merged.get(key), value));
  }
  const result: JsonObject = Object.fromEntries(merged);
  return result;
}

function mergeMember(key: string, target: Json | undefined, patch: Json): Json {
  const mergeKey = Object.hasOwn(MERGE_KEYS, key) ? MERGE_KEYS[key] : undefined;
  if (isList(patch) && mergeKey !== undefined) {
    return mergeList(mergeKey, isList(target) ? target : [], patch);
  }
  return applyStrategicMerge(target, patch);
}

function mergeList(mergeKey: string, target: readonly Json[], patch: readonly Json[]): Json {
  const replaces = patch.some((item) => member(item, DIRECTIVE) === 'replace');
  if (replaces) return patch.filter((item) => member(item, DIRECTIVE) === undefined);
  return patch.reduce<readonly Json[]>((list, item) => {
    const key = member(item, mergeKey);
    if (key === undefined)
      throw badRequest(`map: ${JSON.stringify(item)} does not contain declared merge key: ${mergeKey}`);
    const index = list.findIndex((existing) => member(existing, mergeKey) === key);
    if (member(item, DIRECTIVE) === 'delete') return index < 0 ? list : list.toSpliced(index, 1);
    if (index < 0) return [...list, applyStrategicMerge(undefined, item)];
    return list.with(index, applyStrategicMerge(list[index], item));
  }, target);
}
