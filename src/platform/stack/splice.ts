/** A replacement of [start, end) of a text. */
export interface Splice {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Applies splices that do not overlap; those at one place in their order. */
export function applySplices(text: string, splices: readonly Splice[]): string {
  let output = '';
  let at = 0;
  const ordered = [...splices].sort((left, right) => left.start - right.start);
  for (const splice of ordered) {
    output += text.slice(at, splice.start) + splice.text;
    at = splice.end;
  }
  return output + text.slice(at);
}

/** The line break a document uses, by its first one. */
export function lineBreakOf(text: string): string {
  return /\r?\n/.exec(text)?.[0] ?? '\n';
}
