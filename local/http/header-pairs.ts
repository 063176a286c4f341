/** A header: name and value. In pairs, since a record would stumble over a header called `constructor`. */
export type HeaderPair = readonly [name: string, value: string];

/** Node's name, value, name, value as pairs. */
export function headerPairs(rawHeaders: readonly string[]): HeaderPair[] {
  const pairs: HeaderPair[] = [];
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    pairs.push([rawHeaders[index] ?? '', rawHeaders[index + 1] ?? '']);
  }
  return pairs;
}

/** Pairs without the named ones; names in lower case. */
export function withoutHeaders(headers: readonly HeaderPair[], names: ReadonlySet<string>): HeaderPair[] {
  return headers.filter(([name]) => !names.has(name.toLowerCase()));
}

/** Pairs with the named ones (lower case) replaced, or added at the end. */
export function replaceHeaders(
  headers: readonly HeaderPair[],
  replacements: Readonly<Record<string, string>>,
): HeaderPair[] {
  return [...withoutHeaders(headers, new Set(Object.keys(replacements))), ...Object.entries(replacements)];
}
