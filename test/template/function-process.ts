import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { eventually } from '../support/eventually.ts';

type LogEvent = Record<string, unknown>;

/** A bundle run by Node as an image runs it. */
export interface FunctionProcess {
  readonly child: ChildProcess;
  readonly log: readonly LogEvent[];
  /** The log line with this message, once it is there. */
  logged(message: string): Promise<LogEvent>;
  /** Its address, once it is ready. */
  url(): Promise<string>;
  /** Its exit code and signal, once it is gone and its log is read. */
  exited(): Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
}

/** Runs a bundle on a free port; every line of stdout must be JSON. */
export function runBundle(path: string, environment: Record<string, string> = {}): FunctionProcess {
  const env = { PATH: process.env.PATH, PORT: '0', ...environment };
  const child = spawn(process.execPath, [path], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const closed = once(child, 'close');
  const log: LogEvent[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => {
    log.push(JSON.parse(line) as LogEvent);
  });
  const logged = (message: string): Promise<LogEvent> =>
    eventually(() => log.find(({ msg }) => msg === message), { timeoutMs: 10_000 });
  return {
    child,
    log,
    logged,
    url: async () => `http://127.0.0.1:${String((await logged('ready')).port)}`,
    exited: async () => {
      await closed;
      return { code: child.exitCode, signal: child.signalCode };
    },
  };
}
