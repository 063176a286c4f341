import { spawn } from 'node:child_process';
import type { Command } from '../limits/limiter.ts';
import { onLines } from './lines.ts';
import { signalGroup } from './signal-group.ts';

export interface ProcessOptions {
  readonly command: Command;
  readonly environment: Readonly<Record<string, string>>;
  readonly directory: string;
  /** Each line of stdout and stderr. */
  readonly onLine: (text: string) => void;
}

export interface ProcessExit {
  /** As a container's: 128 + the signal's number for one that was killed. */
  readonly exitCode: number;
  readonly signal: NodeJS.Signals | null;
}

/** A process that leads a group of its own. */
export interface RunningProcess {
  readonly pid: number;
  readonly exited: Promise<ProcessExit>;
  /** SIGTERM, then SIGKILL after `graceMs`; resolves when it has ended. */
  end(graceMs: number): Promise<void>;
}

const SIGNAL_NUMBERS: Partial<Record<NodeJS.Signals, number>> = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGILL: 4,
  SIGABRT: 6,
  SIGBUS: 7,
  SIGKILL: 9,
  SIGSEGV: 11,
  SIGTERM: 15,
};

/** Starts a process; rejects if its program can't be run. */
export async function runProcess(options: ProcessOptions): Promise<RunningProcess> {
  const { command, environment, directory, onLine } = options;
  const child = spawn(command.program, command.args, {
    cwd: directory,
    env: environment,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = new Promise<ProcessExit>((resolve) => {
    child.once('exit', (code, signal) => {
      resolve({ exitCode: code ?? 128 + (signal ? (SIGNAL_NUMBERS[signal] ?? 0) : 0), signal });
    });
  });
  onLines(child.stdout, onLine);
  onLines(child.stderr, onLine);
  const pid = await new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('spawn', () => {
      resolve(child.pid ?? 0);
    });
  });
  return { pid, exited, end: (graceMs) => endGroup(pid, exited, graceMs) };
}

async function endGroup(pid: number, exited: Promise<ProcessExit>, graceMs: number): Promise<void> {
  signalGroup(pid, 'SIGTERM');
  const timer = setTimeout(() => signalGroup(pid, 'SIGKILL'), graceMs);
  await exited;
  clearTimeout(timer);
}
