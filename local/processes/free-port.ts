import { randomInt } from 'node:crypto';
import getPort from 'get-port';

/**
 * Below the range that systems give to outgoing connections and to servers without a port of their own (from 32768 on
 * Linux, 49152 elsewhere): between the look and the function's own listening nobody else is handed the port.
 */
const LOWEST = 20_000;
const HIGHEST = 32_767;

/** A free loopback port; drawn at random, so that platforms side by side don't race for the same one. */
export function freePort(): Promise<number> {
  const candidates = Array.from({ length: 32 }, () => randomInt(LOWEST, HIGHEST + 1));
  return getPort({ host: '127.0.0.1', port: candidates });
}
