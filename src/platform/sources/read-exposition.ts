import { ForesizeError } from '#core/errors/error.ts';
import type { ExpositionParser } from '../exposition/parser.ts';
import { printableUrl } from '../http/address.ts';
import { httpStream, refusedError, type HttpRequest } from '../http/request.ts';

export type Target = Pick<
  HttpRequest,
  'url' | 'bearerToken' | 'ca' | 'tls' | 'headers' | 'timeoutMs' | 'signal'
>;

/** A kubelet with a few hundred pods answers some megabytes. */
const MAXIMUM_BYTES = 256 * 2 ** 20;

async function beginning(chunks: AsyncIterable<Buffer>): Promise<Buffer> {
  for await (const chunk of chunks) return chunk;
  return Buffer.alloc(0);
}

/**
 * Streams an exposition into the parser. Throws `http-failed`, `http-refused`, or `exposition-invalid` where the answer
 * is no exposition; each names the address.
 */
export async function readExposition(target: Target, parser: ExpositionParser): Promise<void> {
  const request: HttpRequest = {
    ...target,
    headers: { ...target.headers, accept: 'text/plain;version=0.0.4' },
    maximumBytes: MAXIMUM_BYTES,
  };
  const { status, chunks } = await httpStream(request);
  if (status !== 200) throw refusedError(request, status, await beginning(chunks));
  const where = `GET ${printableUrl(target.url)} answered what is no exposition`;
  try {
    for await (const chunk of chunks) parser.push(chunk);
    parser.end();
  } catch (error) {
    if (!(error instanceof ForesizeError) || error.code !== 'exposition-invalid') throw error;
    throw new ForesizeError('exposition-invalid', `${where}: ${error.message}`, { cause: error });
  }
  const first = parser.problems[0];
  if (first !== undefined && parser.samples === 0) {
    throw new ForesizeError('exposition-invalid', `${where}: line ${first.line} ${first.reason}`);
  }
}
