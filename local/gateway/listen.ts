import { createServer, type Server } from 'node:http';
import { ForesizeError } from '#core/errors/error.ts';

/** Listens, or throws `port-in-use` naming the port and what it was for. */
export async function listen(server: Server, host: string, port: number, purpose: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const onError = (error: NodeJS.ErrnoException): void => {
      reject(error.code === 'EADDRINUSE' ? portInUse(host, port, purpose, error) : error);
    };
    server.once('error', onError);
    server.listen(port, host, () => {
      server.off('error', onError);
      resolve();
    });
  });
}

/** Throws `port-in-use` before anything is written or started for a server that could not listen; port 0 is always free. */
export async function requireFreePort(host: string, port: number, purpose: string): Promise<void> {
  const server = createServer();
  await listen(server, host, port, purpose);
  await closeServer(server);
}

function portInUse(host: string, port: number, purpose: string, cause: Error): ForesizeError {
  return new ForesizeError('port-in-use', `port ${port} on ${host}, wanted for the ${purpose}, is in use`, {
    cause,
  });
}

/** `http://127.0.0.1:8080` of a listening server. */
export function urlOf(server: Server, host: string): string {
  const address = server.address();
  if (address === null || typeof address === 'string')
    throw new Error('the server is not listening on a port');
  return `http://${host.includes(':') ? `[${host}]` : host}:${address.port}`;
}

/** Closes the server and cuts every connection, followers of logs included. */
export async function closeServer(server: Server): Promise<void> {
  if (!server.listening) return;
  await new Promise<void>((resolve) => {
    server.close(() => {
      resolve();
    });
    server.closeAllConnections();
  });
}
