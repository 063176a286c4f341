import { createServer, type Server } from 'node:http';
import { createApp } from './app.ts';
import { Calls } from './calls.ts';
import { createLog } from './log.ts';
import type { Settings } from './settings.ts';
import type { FunctionLog, FunctionModule } from './types.ts';

/** A function being served. */
export interface FunctionServer {
  /**
   * Listens first, so that liveness is answered while the function's `start` runs; ready when both are done.
   * Resolves to the port; rejects if the address can't be had or `start` fails.
   */
  start(): Promise<number>;
  /**
   * Probes answer 503 at once; calls are still taken for the drain delay, then refused with 503; calls in flight are
   * finished, or aborted after the drain timeout. Resolves to whether all were finished. May come before `start` is done.
   */
  drain(): Promise<boolean>;
}

/** How long an aborted call has for its last words. */
const LAST_WORDS_MS = 1000;

/** Proxies keep connections for a minute; closing them sooner than they do loses calls that are on their way. */
const KEEP_ALIVE_MS = 65_000;

function listen(server: Server, settings: Settings): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject).listen(settings.port, settings.host, () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : settings.port);
    });
  });
}

const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });

/** Waits for the calls in flight; those that outlast the timeout are aborted and get a moment for their last words. */
async function finishCalls(calls: Calls, timeoutMs: number, log: FunctionLog): Promise<boolean> {
  if (await calls.settled(timeoutMs)) return true;
  log.warn({ inFlight: calls.inFlight }, 'drain timeout: calls in flight are aborted');
  calls.abort(new Error('The function is shutting down'));
  await calls.settled(LAST_WORDS_MS);
  return false;
}

/** Puts an HTTP server around a function; nothing runs before `start`. */
export function createFunctionServer(
  module: FunctionModule,
  settings: Settings,
  writeLog: (line: string) => void,
): FunctionServer {
  const log = createLog(writeLog);
  const calls = new Calls();
  const lifecycle = { ready: false, draining: false, refusing: false };
  const server = createServer(
    createApp({ handler: module.default, limit: settings, lifecycle, calls, writeLog }),
  );
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  return {
    async start() {
      const [port] = await Promise.all([listen(server, settings), module.start?.(log)]);
      lifecycle.ready = true;
      return port;
    },
    async drain() {
      lifecycle.draining = true;
      log.info({ inFlight: calls.inFlight }, 'draining');
      if (settings.drainDelayMs > 0) await pause(settings.drainDelayMs);
      lifecycle.refusing = true;
      const finished = await finishCalls(calls, settings.drainTimeoutMs, log);
      server.close();
      server.closeAllConnections();
      if (lifecycle.ready) await module.stop?.();
      return finished;
    },
  };
}
