import { readdirSync, readFileSync } from 'node:fs';

/** Set for every function, to a directory below its pod's: what tells a pod's processes from all others. */
const MARK = 'SECRETS_PATH';

/**
 * Kills the processes of pods below `directory`, wherever they have gone: a process that began a session of its own has
 * left its group, but keeps its environment. On Linux; elsewhere no environment can be read and nothing is found.
 */
export function endStrays(directory: string): void {
  for (const entry of listProcesses()) {
    const pid = Number(entry);
    if (!Number.isInteger(pid) || pid === process.pid || !isMarked(pid, directory)) continue;
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // Ended in the meantime.
    }
  }
}

function isMarked(pid: number, directory: string): boolean {
  try {
    const variables = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
    return variables.some((variable) => variable.startsWith(`${MARK}=${directory}/`));
  } catch {
    // Gone, or another user's.
    return false;
  }
}

function listProcesses(): string[] {
  try {
    return readdirSync('/proc');
  } catch {
    return [];
  }
}
