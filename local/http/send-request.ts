import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { headerPairs, type HeaderPair } from './header-pairs.ts';

/** A request with exactly these headers beside `Host` and the body's length: nothing is added on the way. */
export interface OutgoingRequest {
  readonly url: string;
  readonly method: string;
  readonly headers?: readonly HeaderPair[];
  readonly body?: Uint8Array;
  readonly signal?: AbortSignal;
  /** A longer answer is an error. @default 64 MiB */
  readonly maxAnswerBytes?: number;
}

export interface Answer {
  readonly status: number;
  readonly headers: readonly HeaderPair[];
  readonly body: Buffer;
}

const MAX_ANSWER_BYTES = 64 * 2 ** 20;

/** Sends one request and reads its whole answer; rejects with what Node's http client raises. */
export function sendRequest(outgoing: OutgoingRequest): Promise<Answer> {
  const { url, method, headers = [], body = new Uint8Array(), signal } = outgoing;
  const maxBytes = outgoing.maxAnswerBytes ?? MAX_ANSWER_BYTES;
  return new Promise<Answer>((resolve, reject) => {
    const target = new URL(url);
    const open = target.protocol === 'https:' ? httpsRequest : httpRequest;
    const request = open(target, {
      method,
      agent: false,
      headers: [...headers, ['host', target.host], ['content-length', String(body.byteLength)]].flat(),
      ...(signal && { signal }),
    });
    request.on('error', reject);
    request.on('response', (response) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      response.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        bytes += chunk.byteLength;
        if (bytes > maxBytes) response.destroy(new Error(`${url} answered with more than ${maxBytes} bytes`));
      });
      response.on('error', reject);
      response.on('end', () => {
        const { statusCode: status = 0, rawHeaders } = response;
        resolve({ status, headers: headerPairs(rawHeaders), body: Buffer.concat(chunks) });
      });
    });
    request.end(body);
  });
}
