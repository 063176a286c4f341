import { createServer } from 'node:http';
import { closeServer, listen, urlOf } from '../gateway/listen.ts';
import type { LocalWorkloads } from '../workloads/model.ts';
import { CADVISOR_TYPE, renderWorkloads } from './cadvisor.ts';

export interface CadvisorServer {
  /** `http://127.0.0.1:PORT/metrics/cadvisor`, for a Prometheus to scrape. */
  readonly url: string;
  close(): Promise<void>;
}

/** The containers' metrics over plain HTTP on loopback, without authentication. Throws `port-in-use`. */
export async function createCadvisorServer(options: {
  readonly workloads: LocalWorkloads;
  /** @default 0, a free port */
  readonly port?: number;
  /** @default 127.0.0.1 */
  readonly host?: string;
}): Promise<CadvisorServer> {
  const { workloads, port = 0, host = '127.0.0.1' } = options;
  const server = createServer((request, response) => {
    const [path] = (request.url ?? '/').split('?');
    if (request.method !== 'GET' || path !== '/metrics/cadvisor') {
      response.writeHead(request.method === 'GET' ? 404 : 405).end();
      return;
    }
    response.writeHead(200, { 'content-type': CADVISOR_TYPE }).end(renderWorkloads(workloads));
  });
  await listen(server, host, port, 'container metrics');
  return { url: `${urlOf(server, host)}/metrics/cadvisor`, close: () => closeServer(server) };
}
