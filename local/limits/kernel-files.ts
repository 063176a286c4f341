import { readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/** The number in one of the kernel's files. Throws where it can't be read. */
export function readNumber(file: string): number {
  return Number(readFileSync(file, 'utf8').trim());
}

/** A file of `key value` lines, such as cpu.stat and memory.events. */
export function readKeyed(file: string): ReadonlyMap<string, number> {
  const entries = readFileSync(file, 'utf8')
    .split('\n')
    .map((line) => line.split(' '));
  return new Map(entries.map(([key = '', value = '0']) => [key, Number(value)]));
}

/** Writes one value, as the kernel wants it: in a single write. */
export function writeValue(file: string, value: string | number): void {
  writeFileSync(file, String(value));
}

/** Processes that are in the group now; none if it is gone. */
export function groupMembers(directory: string): number[] {
  try {
    return readFileSync(join(directory, 'cgroup.procs'), 'utf8').split('\n').filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

/**
 * Ends every process of a cgroup and of those below it, then removes them: the kernel refuses (EBUSY) until the last
 * process is reaped. False if they are still there after `timeoutMs`.
 */
export async function removeGroup(directory: string, timeoutMs = 2000): Promise<boolean> {
  const deadline = Date.now() + timeoutMs;
  for (let delayMs = 1; ; delayMs = Math.min(50, delayMs * 2)) {
    if (removeOnce(directory)) return true;
    if (Date.now() > deadline) return false;
    await pause(delayMs);
  }
}

function removeOnce(directory: string): boolean {
  for (const child of childGroups(directory)) removeOnce(child);
  for (const pid of groupMembers(directory)) kill(pid);
  try {
    rmdirSync(directory);
    return true;
  } catch (error) {
    return hasCode(error, 'ENOENT');
  }
}

function childGroups(directory: string): string[] {
  try {
    return readdirSync(directory, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => join(directory, entry.name));
  } catch {
    return [];
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // Ended in the meantime.
  }
}

/** Whether the system refused with this code, such as `EBUSY`. */
export function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
