import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setImmediate as nextTurn } from 'node:timers/promises';

export interface MetricsServer {
  /** The one that was asked for, or a free one where that was 0. */
  readonly port: number;
  close(): Promise<void>;
}

export interface MetricsAddress {
  readonly port: number;
  /** All addresses where it is left out. */
  readonly host?: string | undefined;
}

/** What a scrape is answered with, in the Prometheus text format. */
export type Exposition = () => AsyncIterable<string>;

/**
 * Serves `/metrics` on a port of its own: all that is on a function's port can be called by anyone through the gateway.
 * Rejects with the error of the socket where it cannot listen.
 */
export async function serveMetrics(
  { port, host }: MetricsAddress,
  exposition: Exposition,
): Promise<MetricsServer> {
  const server = createServer((request, response) => void answer(request, response, exposition));
  server.listen({ port, ...(host === undefined ? {} : { host }) });
  await once(server, 'listening');
  // A scrape may come at any time, and keeps no process alive that is done otherwise.
  server.unref();
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

async function answer(
  { method, url }: IncomingMessage,
  response: ServerResponse,
  exposition: Exposition,
): Promise<void> {
  const isRead = method === 'GET' || method === 'HEAD';
  if (!isRead || url?.split('?')[0] !== '/metrics') {
    response.writeHead(isRead ? 404 : 405).end();
    return;
  }
  response.setHeader('content-type', 'text/plain; version=0.0.4; charset=utf-8');
  try {
    await pipeline(Readable.from(inTurns(exposition())), response);
  } catch {
    // Whoever scrapes has gone, or sees the answer cut short: both are theirs to tell.
    response.destroy();
  }
}

/** Other calls have their turn between the pieces. */
async function* inTurns(pieces: AsyncIterable<string>): AsyncGenerator<string, void, void> {
  for await (const piece of pieces) {
    await nextTurn();
    if (piece !== '') yield piece;
  }
}
