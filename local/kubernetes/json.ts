export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

/** Far above any object of the API; recursion over what passed is safe. */
const MAX_DEPTH = 64;

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

/** The object's own member; what it inherits (`constructor`, `__proto__`) is not there. */
export function member(value: Json | undefined, key: string): Json | undefined {
  return isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

/** Follows own members: `at(pod, 'metadata', 'name')`. */
export function at(value: Json | undefined, ...path: string[]): Json | undefined {
  return path.reduce(member, value);
}

/** The string at the path, or ''. */
export function textAt(value: Json | undefined, ...path: string[]): string {
  const found = at(value, ...path);
  return typeof found === 'string' ? found : '';
}

/** The object with one member set; safe for every key, `__proto__` included. */
export function withMember(value: JsonObject, key: string, next: Json): JsonObject {
  return Object.fromEntries([...Object.entries(value).filter(([name]) => name !== key), [key, next]]);
}

export function withoutMember(value: JsonObject, key: string): JsonObject {
  return Object.fromEntries(Object.entries(value).filter(([name]) => name !== key));
}

export function sameJson(a: Json | undefined, b: Json | undefined): boolean {
  if (a === b) return true;
  if (isList(a) && isList(b)) return a.length === b.length && a.every((item, i) => sameJson(item, b[i]));
  if (!isObject(a) || !isObject(b)) return false;
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && sameJson(a[key], b[key]))
  );
}

/** Throws SyntaxError where the text is no JSON, or is nested deeper than 64 levels. */
export function parseJson(text: string): Json {
  // JSON.parse yields exactly the values of this type.
  const value = JSON.parse(text) as Json;
  if (isDeeper(value, MAX_DEPTH)) throw new SyntaxError(`nested deeper than ${MAX_DEPTH} levels`);
  return value;
}

function isDeeper(value: Json, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((item: Json) => isDeeper(item, levels - 1));
}
