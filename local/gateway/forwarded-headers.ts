import type { IncomingMessage } from 'node:http';

/** Headers of one connection, not of the message (RFC 9110 §7.6.1, and what it names from older practice). */
const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** Header pairs as they came, without those of the connection and those that `Connection` names. */
export function endToEndHeaders(message: IncomingMessage): [string, string][] {
  const named = (message.headers.connection ?? '').split(',').map((name) => name.trim().toLowerCase());
  const dropped = new Set([...HOP_BY_HOP, ...named]);
  return pairs(message.rawHeaders).filter(([name]) => !dropped.has(name.toLowerCase()));
}

function pairs(rawHeaders: readonly string[]): [string, string][] {
  const result: [string, string][] = [];
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    result.push([rawHeaders[index] ?? '', rawHeaders[index + 1] ?? '']);
  }
  return result;
}

/** Pairs without the named ones (lower case), and then the named ones with their new values. */
export function replaceHeaders(
  headers: readonly [string, string][],
  replacements: Readonly<Record<string, string>>,
): [string, string][] {
  const kept = headers.filter(([name]) => !(name.toLowerCase() in replacements));
  return [...kept, ...Object.entries(replacements)];
}

/** Groups pairs by name, as `http.request` takes them. */
export function groupHeaders(headers: readonly [string, string][]): Record<string, string[]> {
  const grouped: Record<string, string[]> = {};
  for (const [name, value] of headers) (grouped[name.toLowerCase()] ??= []).push(value);
  return grouped;
}
