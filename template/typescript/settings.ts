/** How the server behaves, read from the environment once. */
export interface Settings {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  readonly maxBodyBytes: number;
  /** The limit as it was written, for messages. */
  readonly maxBodySize: string;
  readonly drainDelayMs: number;
  readonly drainTimeoutMs: number;
}

/** Factors by unit; a bare number is in bytes, or in seconds. */
const BYTES = new Map(Object.entries({ '': 1, b: 1, kb: 1024, mb: 1024 ** 2, gb: 1024 ** 3 }));
const MILLISECONDS = new Map(Object.entries({ '': 1000, ms: 1, s: 1000, m: 60_000 }));

/** `12.5kb` → 12.5 × the unit's factor, undefined if it is no such amount. */
function parseAmount(text: string, factors: ReadonlyMap<string, number>): number | undefined {
  const match = /^(\d+(?:\.\d+)?)([a-z]*)$/.exec(text.trim().toLowerCase());
  const factor = factors.get(match?.[2] ?? '');
  return match === null || factor === undefined ? undefined : Math.round(Number(match[1]) * factor);
}

type Environment = Readonly<Record<string, string | undefined>>;

/** An unset or empty variable takes its default. */
function read(env: Environment, name: string, fallback: string): string {
  const value = env[name];
  return value === undefined || value === '' ? fallback : value;
}

function readAmount<T>(
  env: Environment,
  name: string,
  fallback: string,
  parse: (text: string) => T | undefined,
  expected: string,
): T {
  const text = read(env, name, fallback);
  const value = parse(text);
  if (value === undefined) throw new Error(`${name}=${text} is not ${expected}`);
  return value;
}

const parsePort = (text: string): number | undefined =>
  /^\d{1,5}$/.test(text) && Number(text) <= 65_535 ? Number(text) : undefined;
const parseSize = (text: string): number | undefined => parseAmount(text, BYTES);
const parseTime = (text: string): number | undefined => parseAmount(text, MILLISECONDS);

/**
 * Reads HOST, PORT, MAX_BODY_SIZE (as `100kb`, 1 kb = 1024 bytes), DRAIN_DELAY and DRAIN_TIMEOUT (as `500ms`, `10s`).
 * Throws an Error that names the variable whose value is wrong.
 */
export function readSettings(env: Environment): Settings {
  const size = 'a size such as 100kb or 1mb';
  const time = 'a time such as 500ms or 10s';
  return Object.freeze({
    host: read(env, 'HOST', '127.0.0.1'),
    port: readAmount(env, 'PORT', '3000', parsePort, 'a port from 0 to 65535'),
    maxBodySize: read(env, 'MAX_BODY_SIZE', '100kb'),
    maxBodyBytes: readAmount(env, 'MAX_BODY_SIZE', '100kb', parseSize, size),
    drainDelayMs: readAmount(env, 'DRAIN_DELAY', '0s', parseTime, time),
    // Kubernetes kills 30 s after SIGTERM unless told otherwise.
    drainTimeoutMs: readAmount(env, 'DRAIN_TIMEOUT', '25s', parseTime, time),
  });
}
