import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { ForesizeError } from '#core/errors/error.ts';
import { removeGroup } from '../limits/kernel-files.ts';
import { processStart } from './process-start.ts';
import { signalGroup } from './signal-group.ts';
import { endStrays } from './strays.ts';

const processSchema = z.object({ pid: z.number().int().positive(), start: z.string() });

const stateSchema = z.object({
  owner: processSchema,
  cgroups: z.array(z.string()),
  processes: z.array(processSchema),
});

type State = z.infer<typeof stateSchema>;
type KnownProcess = z.infer<typeof processSchema>;

/**
 * What a platform has started, in a file, so that the next one can end it if this one is killed. A process counts as the
 * same only with the same pid and start.
 */
export class ProcessRegistry {
  readonly #file: string;
  readonly #owner: KnownProcess;
  readonly #processes = new Map<number, string>();
  #cgroups: readonly string[] = [];

  private constructor(file: string) {
    this.#file = file;
    this.#owner = { pid: process.pid, start: processStart(process.pid) ?? '' };
  }

  /**
   * Takes the directory over: ends what a killed platform has left in it. Throws `platform-running` if one still runs
   * there.
   */
  static async open(stateDirectory: string): Promise<ProcessRegistry> {
    mkdirSync(stateDirectory, { recursive: true, mode: 0o700 });
    const file = join(stateDirectory, 'processes.json');
    const left = readState(file);
    if (left && isRunning(left.owner)) {
      throw new ForesizeError(
        'platform-running',
        `the platform with process ${left.owner.pid} already uses ${stateDirectory}`,
      );
    }
    if (left) await endLeftovers(left, stateDirectory);
    const registry = new ProcessRegistry(file);
    registry.#write();
    return registry;
  }

  setCgroups(directories: readonly string[]): void {
    this.#cgroups = directories;
    this.#write();
  }

  add(pid: number): void {
    const start = processStart(pid);
    if (start === null) return;
    this.#processes.set(pid, start);
    this.#write();
  }

  remove(pid: number): void {
    if (this.#processes.delete(pid)) this.#write();
  }

  close(): void {
    rmSync(this.#file, { force: true });
  }

  #write(): void {
    const processes = [...this.#processes].map(([pid, start]) => ({ pid, start }));
    const state: State = { owner: this.#owner, cgroups: [...this.#cgroups], processes };
    const next = `${this.#file}.next`;
    writeFileSync(next, JSON.stringify(state), { mode: 0o600 });
    renameSync(next, this.#file);
  }
}

function readState(file: string): State | null {
  try {
    return stateSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    // No file, or none of ours: nothing that could be ended safely.
    return null;
  }
}

const isRunning = ({ pid, start }: KnownProcess): boolean => processStart(pid) === start;

async function endLeftovers({ processes, cgroups }: State, stateDirectory: string): Promise<void> {
  for (const left of processes) {
    if (isRunning(left)) signalGroup(left.pid, 'SIGKILL');
  }
  await Promise.all(cgroups.map((directory) => removeGroup(directory)));
  endStrays(stateDirectory);
}
