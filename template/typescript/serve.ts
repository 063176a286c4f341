import { createLog } from './log.ts';
import { createFunctionServer, type FunctionServer } from './server.ts';
import { readSettings } from './settings.ts';
import type { FunctionModule } from './types.ts';

// Writes to pipes are synchronous on POSIX systems, so the last line before an exit is not lost.
const writeLog = (line: string): void => {
  process.stdout.write(line);
};
const log = createLog(writeLog);

/** Logs why the process ends, and ends it. */
function fail(err: unknown, message: string): never {
  log.error({ err }, message);
  process.exit(1);
}

async function shutDown(server: FunctionServer): Promise<never> {
  const finished = await server.drain();
  log.info({ finished }, 'stopped');
  process.exit(finished ? 0 : 1);
}

/** CPU and wall time since the process began: what a CPU limit must leave room for when a replica starts. */
function startUpCost(): { cpuSeconds: number; wallSeconds: number } {
  const { user, system } = process.cpuUsage();
  return { cpuSeconds: (user + system) / 1e6, wallSeconds: process.uptime() };
}

async function run(module: FunctionModule): Promise<void> {
  const server = createFunctionServer(module, readSettings(process.env), writeLog);
  let stopping = false;
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    shutDown(server).catch((err: unknown) => fail(err, 'the function did not stop cleanly'));
  };
  process.on('SIGTERM', stop).on('SIGINT', stop);
  const port = await server.start();
  log.info({ port, ...startUpCost() }, 'ready');
}

/**
 * Serves a function's handler module until SIGTERM, as the entry of its process. Exit code 0 after a clean drain;
 * 1, with one log line saying why, if it can't start, a call outlasted the drain, or an error was caught nowhere.
 */
export function serve(module: FunctionModule): void {
  process.on('uncaughtException', (err) => fail(err, 'an error was caught nowhere'));
  run(module).catch((err: unknown) => fail(err, 'the function can not start'));
}
