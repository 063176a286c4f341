import * as z from 'zod';
import { ForesizeError } from '../errors/error.ts';

/**
 * The hops a message can take. Each has a key of its own, so that a message signed for one is worthless on another.
 * collect: a caller who may see the full report; predict: usage; apply: forecasts.
 */
export type Hop = 'collect' | 'predict' | 'apply';

/** What is signed beside the body. */
export interface Envelope {
  readonly hop: Hop;
  readonly installation: string;
  readonly cycle: number;
  readonly shard: number;
  /** Unix ms at which it was signed. */
  readonly timeMs: number;
}

export interface SignedEnvelope extends Envelope {
  readonly keyId: string;
  /** Base64url of HMAC-SHA256 over `signedText`. */
  readonly mac: string;
}

export const SIGNATURE_HEADER = 'x-foresize-signature';

const VERSION = 'v1';

const partsSchema = z.object({
  key: z.string().regex(/^[0-9a-f]{16}$/),
  hop: z.enum(['collect', 'predict', 'apply']),
  installation: z.string().regex(/^[\w.-]{1,63}$/),
  cycle: z.string().regex(/^\d{1,12}$/),
  shard: z.string().regex(/^\d{1,6}$/),
  time: z.string().regex(/^\d{1,15}$/),
  mac: z.string().regex(/^[\w-]{43}$/),
});

/** The text under the MAC: every field on a line of its own, none of which can hold a line break. */
export function signedText(envelope: Envelope, keyId: string, bodySha256Hex: string): string {
  const { hop, installation, cycle, shard, timeMs } = envelope;
  return [VERSION, keyId, hop, installation, cycle, shard, timeMs, bodySha256Hex].join('\n');
}

/** `v1 key=…,hop=…,installation=…,cycle=…,shard=…,time=…,mac=…` */
export function formatSignature(signed: SignedEnvelope): string {
  const { keyId, hop, installation, cycle, shard, timeMs, mac } = signed;
  return `${VERSION} key=${keyId},hop=${hop},installation=${installation},cycle=${cycle},shard=${shard},time=${timeMs},mac=${mac}`;
}

/** Throws `signature-invalid` for anything that `formatSignature` would not write, down to the order of the fields. */
export function parseSignature(header: string): SignedEnvelope {
  const fields = header.slice(VERSION.length + 1).split(',');
  const entries = fields.map((field): [string, string] => {
    const at = field.indexOf('=');
    return [field.slice(0, at), field.slice(at + 1)];
  });
  const parts = partsSchema.safeParse(Object.fromEntries(entries));
  if (parts.success) {
    const { key, hop, installation, cycle, shard, time, mac } = parts.data;
    const numbers = { cycle: Number(cycle), shard: Number(shard), timeMs: Number(time) };
    const signed = { keyId: key, hop, installation, ...numbers, mac };
    // Written back, so that no two headers say the same: no field twice, no leading zero, nothing after the last.
    if (formatSignature(signed) === header) return signed;
  }
  throw new ForesizeError(
    'signature-invalid',
    `the ${SIGNATURE_HEADER} header is not a ${VERSION} signature`,
  );
}

/** How far in the future a message may claim to be signed, ms: room for clock skew. */
export const FUTURE_TOLERANCE_MS = 60_000;

/** Throws `message-stale` unless `timeMs` is within (now − max(2 periods, 60 s), now + 60 s]. */
export function assertFresh(timeMs: number, nowMs: number, periodMs: number): void {
  const age = nowMs - timeMs;
  const oldest = Math.max(2 * periodMs, 60_000);
  if (age > oldest) {
    throw new ForesizeError(
      'message-stale',
      `the message is ${age} ms old; at most ${oldest} ms are accepted`,
    );
  }
  if (age < -FUTURE_TOLERANCE_MS) {
    throw new ForesizeError(
      'message-stale',
      `the message was signed ${-age} ms in the future; the clocks differ`,
    );
  }
}

/** Throws `message-invalid` unless the body says the same as the envelope it came in. */
export function assertMatches(
  envelope: Envelope,
  body: { readonly installation: string; readonly cycle: number; readonly shard: number },
): void {
  for (const field of ['installation', 'cycle', 'shard'] as const) {
    if (envelope[field] !== body[field]) {
      throw new ForesizeError(
        'message-invalid',
        `${field} is ${body[field]} in the body, ${envelope[field]} in the signature`,
      );
    }
  }
}
