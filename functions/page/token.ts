import { createHash, timingSafeEqual } from 'node:crypto';
import { ForesizeError } from '#core/errors/error.ts';
import { readSecret } from '#platform/secrets/read-secret.ts';

const SECRET = 'foresize-page-token';

/** 120 bits in base64: what nobody guesses at any rate of calls. */
const LEAST_CHARACTERS = 20;

/**
 * The page's token. Throws `secret-missing` without it, and `token-invalid` for one that could be guessed, or that no
 * header can carry.
 */
export function readToken(secretsPath: string): string {
  const token = readSecret(secretsPath, SECRET);
  if (token.length >= LEAST_CHARACTERS && /^[\x21-\x7e]+$/.test(token)) return token;
  throw new ForesizeError(
    'token-invalid',
    `the secret ${SECRET} has ${token.length} characters; at least ${LEAST_CHARACTERS} of ASCII without white space are needed`,
  );
}

/** Tells whether an `Authorization` header carries the token, in a time that says nothing about it. */
export function createTokenCheck(token: string): (authorization: string | undefined) => boolean {
  const expected = digest(token);
  return (authorization) => {
    const given = /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1] ?? '';
    return timingSafeEqual(digest(given), expected);
  };
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
