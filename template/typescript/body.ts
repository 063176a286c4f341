import type { IncomingMessage } from 'node:http';
import { HttpError } from './http-error.ts';

/** The largest body taken, in bytes and as the user wrote it. */
export interface BodyLimit {
  readonly maxBodyBytes: number;
  readonly maxBodySize: string;
}

/**
 * The request's body, byte for byte as it was sent (Express's own parsers inflate and decode).
 * Rejects with 413 as soon as it is known to be over the limit; the rest is read and thrown away, so that the caller,
 * who may still be sending, gets to see the answer.
 */
export function readBody(request: IncomingMessage, limit: BodyLimit): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const refuse = (): void => {
      request.removeListener('data', collect);
      request.resume();
      chunks.length = 0;
      reject(
        new HttpError(413, 'body-too-large', `The body is larger than ${limit.maxBodySize} (MAX_BODY_SIZE)`),
      );
    };
    const collect = (chunk: Buffer): void => {
      length += chunk.length;
      chunks.push(chunk);
      if (length > limit.maxBodyBytes) refuse();
    };
    const cutOff = (): void => {
      reject(new HttpError(400, 'body-incomplete', 'The caller went away before the body was complete'));
    };
    request.on('error', cutOff).on('close', cutOff);
    if (Number(request.headers['content-length'] ?? 0) > limit.maxBodyBytes) {
      refuse();
      return;
    }
    request.on('data', collect).on('end', () => {
      resolve(chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks));
    });
  });
}

/** Throws a 400 if the bytes are not UTF-8. */
export function decodeText(body: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch (cause) {
    throw new HttpError(400, 'body-not-text', 'The body is not UTF-8 text', { cause });
  }
}

/** Throws a 400 if the bytes are not UTF-8 or do not parse. */
export function decodeJson(body: Buffer): unknown {
  const text = decodeText(body);
  try {
    return JSON.parse(text);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new HttpError(400, 'body-not-json', `The body is not JSON: ${why}`, { cause });
  }
}
