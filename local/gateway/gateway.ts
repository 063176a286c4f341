import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createQueue } from '../queue/queue.ts';
import { asyncHandler } from './async-call.ts';
import { closeServer, listen, urlOf } from './listen.ts';
import { createMetrics, serveMetrics } from './metrics.ts';
import { settle, type GatewayOptions } from './options.ts';
import { functionHandler } from './function-call.ts';
import { createSystemApp } from './system-app.ts';

export type { GatewayOptions } from './options.ts';

/** A running gateway. */
export interface Gateway {
  readonly url: string;
  /** Where Prometheus scrapes: `metricsUrl` ends in `/metrics`. */
  readonly metricsUrl: string;
  /** Finishes queued asynchronous calls (bounded), then closes both ports and every connection. */
  close(): Promise<void>;
}

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** Functions first, by their raw path: decoding or parsing it is the function's business. */
function route(onFunction: Handler, onAsync: Handler, onSystem: Handler): Handler {
  return (request, response) => {
    // A client that resets its connection must not end the process.
    request.on('error', () => undefined);
    response.on('error', () => undefined);
    const path = request.url ?? '/';
    if (path.startsWith('/function/')) onFunction(request, response);
    else if (path.startsWith('/async-function/')) onAsync(request, response);
    else onSystem(request, response);
  };
}

/**
 * The OpenFaaS gateway of the local platform: deploys, invokes, queues and counts, as the real one does.
 * Throws `port-in-use`.
 */
export async function createGateway(options: GatewayOptions): Promise<Gateway> {
  const settings = settle(options);
  const metrics = createMetrics(settings);
  const server = createServer({ requestTimeout: 0, keepAliveTimeout: 65_000 });
  const metricsServer = serveMetrics(metrics);
  await listen(server, settings.host, settings.port, 'gateway');
  const url = urlOf(server, settings.host);
  try {
    await listen(metricsServer, settings.host, settings.metricsPort, 'metrics of the gateway');
  } catch (error) {
    await closeServer(server);
    throw error;
  }
  const queue = createQueue({ gatewayUrl: url, log: settings.log, ...settings.queue });
  const systemApp = createSystemApp(settings, metrics);
  server.on('request', route(functionHandler(settings, metrics), asyncHandler(settings, queue), systemApp));
  return {
    url,
    metricsUrl: `${urlOf(metricsServer, settings.host)}/metrics`,
    async close() {
      await queue.close();
      await closeAll([server, metricsServer]);
    },
  };
}

async function closeAll(servers: readonly Server[]): Promise<void> {
  await Promise.all(servers.map(closeServer));
}
