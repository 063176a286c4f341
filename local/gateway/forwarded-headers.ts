import type { IncomingMessage } from 'node:http';
import { headerPairs, withoutHeaders, type HeaderPair } from '../http/header-pairs.ts';

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

/** Headers as they came, without those of the connection and those that `Connection` names. */
export function endToEndHeaders(message: IncomingMessage): HeaderPair[] {
  const named = (message.headers.connection ?? '').split(',').map((name) => name.trim().toLowerCase());
  return withoutHeaders(headerPairs(message.rawHeaders), new Set([...HOP_BY_HOP, ...named]));
}
