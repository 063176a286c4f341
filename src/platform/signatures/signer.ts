import { createHash, createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import {
  type Envelope,
  formatSignature,
  type Hop,
  parseSignature,
  SIGNATURE_HEADER,
  type SignedEnvelope,
  signedText,
} from '#core/chain/envelope.ts';
import { ForesizeError } from '#core/errors/error.ts';

interface Key {
  readonly id: string;
  readonly secret: Buffer;
}

export interface Signer {
  /** The signature header's value for `body`, by the first key. */
  sign(envelope: Envelope, body: Uint8Array): string;
  /**
   * The envelope of a header that one of the keys made for this hop, installation and body.
   * Throws `signature-missing`, `signature-invalid`.
   */
  verify(
    expected: { hop: Hop; installation: string },
    body: Uint8Array,
    header: string | undefined,
  ): SignedEnvelope;
}

/**
 * Keys of the secret `foresize-key`: one a line, base64 of 32 bytes or more. The first signs, all verify, so a key is
 * rotated by putting the new one first and dropping the old one later. Throws `key-invalid`.
 */
export function createSigner(secretText: string): Signer {
  const keys = parseKeys(secretText);
  return {
    sign(envelope, body) {
      const { id, secret } = keys[0];
      return formatSignature({
        ...envelope,
        keyId: id,
        mac: mac(secret, envelope, id, body).toString('base64url'),
      });
    },
    verify(expected, body, header) {
      if (header === undefined || header === '') {
        throw new ForesizeError('signature-missing', `the request carries no ${SIGNATURE_HEADER} header`);
      }
      const signed = parseSignature(header);
      const key = keys.find(({ id }) => id === signed.keyId);
      if (!key) throw new ForesizeError('signature-invalid', `key ${signed.keyId} is not one of ours`);
      if (signed.hop !== expected.hop || signed.installation !== expected.installation) {
        throw new ForesizeError(
          'signature-invalid',
          `the message is signed for ${signed.installation}/${signed.hop}, not ${expected.installation}/${expected.hop}`,
        );
      }
      if (!timingSafeEqual(mac(key.secret, signed, key.id, body), Buffer.from(signed.mac, 'base64url'))) {
        throw new ForesizeError('signature-invalid', 'the signature does not match the message');
      }
      return signed;
    },
  };
}

function parseKeys(secretText: string): readonly [Key, ...Key[]] {
  const [first, ...rest] = secretText
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map((line) => toKey(Buffer.from(line, 'base64')));
  if (!first) throw new ForesizeError('key-invalid', 'the secret foresize-key holds no key');
  return [first, ...rest];
}

function toKey(secret: Buffer): Key {
  if (secret.length < 32) {
    throw new ForesizeError('key-invalid', `a key of foresize-key has ${secret.length} bytes; 32 are needed`);
  }
  return { id: Buffer.from(derive(secret, 'key id', 8)).toString('hex'), secret };
}

/** HKDF-SHA256 (RFC 5869) with the purpose as its info. */
function derive(secret: Buffer, purpose: string, bytes: number): ArrayBuffer {
  return hkdfSync('sha256', secret, 'foresize/v1', purpose, bytes);
}

function mac(secret: Buffer, envelope: Envelope, keyId: string, body: Uint8Array): Buffer {
  const bodySha256 = createHash('sha256').update(body).digest('hex');
  return createHmac('sha256', Buffer.from(derive(secret, `hop ${envelope.hop}`, 32)))
    .update(signedText(envelope, keyId, bodySha256))
    .digest();
}
