const SPACE = 32;
const TAB = 9;
const QUOTE = 34;
const COMMA = 44;
const CLOSE = 125;

function skipBlanks(text: string, from: number, end: number): number {
  let at = from;
  while (at < end && (text.charCodeAt(at) === SPACE || text.charCodeAt(at) === TAB)) at += 1;
  return at;
}

/** Index of the quote that ends a value begun at `from`; -1 where none does before `end`. */
function closingQuote(text: string, from: number, end: number): number {
  let at = text.indexOf('"', from);
  while (at !== -1 && at < end) {
    let backslashes = 0;
    while (text.charCodeAt(at - 1 - backslashes) === 92) backslashes += 1;
    if (backslashes % 2 === 0) return at;
    at = text.indexOf('"', at + 1);
  }
  return -1;
}

/** Index in `wanted` of the label whose name stands at [from, to); -1 where it is not wanted. */
function indexOfName(text: string, from: number, to: number, wanted: readonly string[]): number {
  for (let i = 0; i < wanted.length; i += 1) {
    const name = wanted[i] ?? '';
    if (name.length === to - from && text.startsWith(name, from)) return i;
  }
  return -1;
}

const ESCAPED = /\\(.)/g;
const BEYOND_ASCII = /[\u0080-\u00ff]/;

/** A label value as it was meant: escapes resolved, Latin-1 bytes put back into the UTF-8 that they are. */
function meant(raw: string): string {
  const text = raw.includes('\\')
    ? raw.replace(ESCAPED, (pair, char: string) =>
        char === 'n' ? '\n' : char === '"' || char === '\\' ? char : pair,
      )
    : raw;
  return BEYOND_ASCII.test(text) ? Buffer.from(text, 'latin1').toString('utf8') : text;
}

/**
 * Reads labels from just after their opening brace, writing the wanted ones to `into` at their index in `wanted`.
 * Returns the index just after the closing brace, or -1 where the text is malformed.
 */
export function readLabels(
  text: string,
  from: number,
  end: number,
  wanted: readonly string[],
  into: string[],
): number {
  let at = skipBlanks(text, from, end);
  while (at < end && text.charCodeAt(at) !== CLOSE) {
    const equals = text.indexOf('=', at);
    if (equals === -1 || equals >= end) return -1;
    let nameEnd = equals;
    while (nameEnd > at && text.charCodeAt(nameEnd - 1) <= SPACE) nameEnd -= 1;
    if (nameEnd === at) return -1;
    const open = skipBlanks(text, equals + 1, end);
    if (text.charCodeAt(open) !== QUOTE) return -1;
    const close = closingQuote(text, open + 1, end);
    if (close === -1) return -1;
    const index = indexOfName(text, at, nameEnd, wanted);
    if (index !== -1) into[index] = meant(text.slice(open + 1, close));
    at = skipBlanks(text, close + 1, end);
    if (text.charCodeAt(at) === COMMA) at = skipBlanks(text, at + 1, end);
    else if (text.charCodeAt(at) !== CLOSE) return -1;
  }
  return at < end && text.charCodeAt(at) === CLOSE ? at + 1 : -1;
}
