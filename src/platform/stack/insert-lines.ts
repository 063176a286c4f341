import { isAlias, isCollection, isNode, isPair, isScalar, type YAMLMap } from 'yaml';
import { lineBreakOf, type Splice } from './splice.ts';

/** Lines to add at the end of a mapping; further levels are indented from the mapping's own. */
export interface Line {
  readonly level: number;
  readonly text: string;
}

/** Adds lines at the end of a block mapping, indented as its keys are; null where it has no lines of its own. */
export function insertLines(text: string, map: YAMLMap, lines: readonly Line[]): Splice | null {
  const indent = indentOf(text, map);
  if (indent === null || map.flow === true) return null;
  const eol = lineBreakOf(text);
  // A function's keys stand two levels deep, so half their indentation is the document's step.
  const step = ' '.repeat(Math.max(1, indent.length >> 1));
  const written = lines.map((line) => indent + step.repeat(line.level) + line.text);
  const end = endOf(map);
  if (end === null) return null;
  // A block scalar ends behind its last line break.
  if (text.charAt(end - 1) === '\n') return { start: end, end, text: written.join(eol) + eol };
  const at = lineEnd(text, end);
  return { start: at, end: at, text: eol + written.join(eol) };
}

/** The blanks before a mapping's first key; null if anything else is before it on its line. */
function indentOf(text: string, map: YAMLMap): string | null {
  const key = map.items[0]?.key;
  const start = isNode(key) ? key.range?.[0] : undefined;
  if (start === undefined) return null;
  const before = text.slice(text.lastIndexOf('\n', start - 1) + 1, start);
  return /^ *$/.test(before) ? before : null;
}

/** Where the last written thing inside ends; comments and blanks behind it are not counted. */
function endOf(node: unknown): number | null {
  if (isPair(node)) {
    const end = endOf(node.value);
    return end === null || isEmpty(node.value) ? endOf(node.key) : end;
  }
  if (!isNode(node)) return null;
  if (isCollection(node) && node.flow !== true && node.items.length > 0) return endOf(node.items.at(-1));
  return node.range?.[1] ?? null;
}

function isEmpty(node: unknown): boolean {
  return isScalar(node) && !isAlias(node) && node.range?.[0] === node.range?.[1];
}

function lineEnd(text: string, from: number): number {
  const found = text.indexOf('\n', from);
  if (found < 0) return text.length;
  return text.charAt(found - 1) === '\r' ? found - 1 : found;
}
