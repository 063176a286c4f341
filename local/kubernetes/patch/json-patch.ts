import { z } from 'zod';
import { isList, isObject, member, sameJson, withMember, withoutMember, type Json } from '../json.ts';
import { badRequest, unprocessable } from '../status.ts';

const MAX_OPERATIONS = 10_000;

const operationSchema = z.discriminatedUnion('op', [
  z.object({ op: z.enum(['add', 'replace', 'test']), path: z.string(), value: z.json() }),
  z.object({ op: z.literal('remove'), path: z.string() }),
  z.object({ op: z.enum(['move', 'copy']), path: z.string(), from: z.string() }),
]);
const patchSchema = z.array(operationSchema).max(MAX_OPERATIONS);

type Operation = z.infer<typeof operationSchema>;

/** RFC 6902. Throws BadRequest for what is no patch, Invalid for one that does not fit the target. */
export function applyJsonPatch(target: Json, patch: Json): Json {
  const operations = patchSchema.safeParse(patch);
  if (!operations.success) throw badRequest(`error decoding patch: ${z.prettifyError(operations.error)}`);
  return operations.data.reduce(applyOperation, target);
}

function applyOperation(target: Json, operation: Operation): Json {
  const path = parsePointer(operation.path);
  switch (operation.op) {
    case 'add':
      return add(target, path, operation.value);
    case 'replace':
      read(target, path);
      return path.length === 0 ? operation.value : add(remove(target, path), path, operation.value);
    case 'remove':
      return remove(target, path);
    case 'test':
      if (!sameJson(read(target, path), operation.value)) {
        throw unprocessable(`testing value ${operation.path} failed`);
      }
      return target;
    case 'move': {
      const from = parsePointer(operation.from);
      return add(remove(target, from), path, read(target, from));
    }
    case 'copy':
      return add(target, path, read(target, parsePointer(operation.from)));
  }
}

function parsePointer(pointer: string): string[] {
  if (pointer === '') return [];
  if (!pointer.startsWith('/')) throw unprocessable(`path ${JSON.stringify(pointer)} does not begin with /`);
  return pointer
    .slice(1)
    .split('/')
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function missing(key: string): Error {
  return unprocessable(`${JSON.stringify(key)}: no such path`);
}

function indexOf(list: readonly Json[], key: string): number {
  const index = /^(?:0|[1-9]\d*)$/.test(key) ? Number(key) : -1;
  if (index < 0 || index >= list.length) throw missing(key);
  return index;
}

function child(target: Json, key: string): Json {
  const found = isList(target) ? target[indexOf(target, key)] : member(target, key);
  if (found === undefined) throw missing(key);
  return found;
}

function read(target: Json, path: readonly string[]): Json {
  return path.reduce(child, target);
}

/** Rebuilds the way down to the path's parent, and lets `change` replace the parent. */
function changeParent(
  target: Json,
  path: readonly string[],
  change: (parent: Json, key: string) => Json,
): Json {
  const [key = '', ...rest] = path;
  if (rest.length === 0) return change(target, key);
  const next = changeParent(child(target, key), rest, change);
  if (isList(target)) return target.with(indexOf(target, key), next);
  return isObject(target) ? withMember(target, key, next) : target;
}

function add(target: Json, path: readonly string[], value: Json): Json {
  if (path.length === 0) return value;
  return changeParent(target, path, (parent, key) => {
    if (isObject(parent)) return withMember(parent, key, value);
    if (!isList(parent)) throw missing(key);
    return parent.toSpliced(
      key === '-' || key === String(parent.length) ? parent.length : indexOf(parent, key),
      0,
      value,
    );
  });
}

function remove(target: Json, path: readonly string[]): Json {
  if (path.length === 0) throw unprocessable('the whole object cannot be removed');
  return changeParent(target, path, (parent, key) => {
    child(parent, key);
    if (isList(parent)) return parent.toSpliced(indexOf(parent, key), 1);
    return isObject(parent) ? withoutMember(parent, key) : parent;
  });
}
