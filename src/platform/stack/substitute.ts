import { ForesizeError } from '#core/errors/error.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Operators that faas-cli treats alike: the text after them stands in for a variable that is unset or empty. */
const DEFAULT_OPERATORS = [':-', ':=', ':?', ':+', '='];

/**
 * Puts environment variables in as faas-cli does (github.com/drone/envsubst): `${V}`, `${V:-default}` with variables in the
 * default too, unset gives nothing, `$${V}` is literal, and `\\` and `\/` lose their first backslash.
 * Throws `stack-invalid` with the line for anything else behind `${`.
 */
export function substitute(text: string, environment: Environment): string {
  let output = '';
  let at = 0;
  while (at < text.length) {
    if (text.startsWith('${', at)) {
      const variable = readVariable(text, at, environment);
      output += variable.value;
      at = variable.end;
    } else if (isEscape(text, at)) {
      output += text.charAt(at + 1);
      at += 2;
    } else {
      output += text.charAt(at);
      at += 1;
    }
  }
  return output;
}

function isEscape(text: string, at: number): boolean {
  const pair = text.slice(at, at + 2);
  return pair === '$$' || pair === '\\\\' || pair === '\\/';
}

interface Read {
  readonly value: string;
  /** Index behind the closing brace. */
  readonly end: number;
}

function readVariable(text: string, start: number, environment: Environment): Read {
  const name = /^[\p{L}\p{Nd}_]+/u.exec(text.slice(start + 2, start + 258))?.[0] ?? '';
  if (name === '') throw malformed(text, start);
  const value = environment[name] ?? '';
  let at = start + 2 + name.length;
  if (text.charAt(at) === '}') return { value, end: at + 1 };
  const operator = DEFAULT_OPERATORS.find((candidate) => text.startsWith(candidate, at));
  if (operator === undefined) throw malformed(text, start);
  at += operator.length;
  let fallback = '';
  while (text.charAt(at) !== '}') {
    if (at >= text.length) throw malformed(text, start);
    const nested = text.startsWith('${', at);
    const part = nested ? readVariable(text, at, environment) : { value: text.charAt(at), end: at + 1 };
    fallback += part.value;
    at = part.end;
  }
  return { value: value === '' ? fallback : value, end: at + 1 };
}

function malformed(text: string, start: number): ForesizeError {
  const line = text.slice(0, start).split('\n').length;
  const shown = /^[^\s}]*\}?/.exec(text.slice(start, start + 80))?.[0] ?? '';
  return new ForesizeError(
    'stack-invalid',
    `line ${line}: ${shown} is not a substitution such as \${NAME} or \${NAME:-default}`,
  );
}
