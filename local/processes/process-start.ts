import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/**
 * When the process started, in a form that is only compared: pids are used again, a pid with its start is not. null if
 * there is no such process, or it has ended and waits to be reaped.
 */
export function processStart(pid: number): string | null {
  return process.platform === 'linux' ? startTicks(pid) : startDate(pid);
}

/** Field 22 of /proc/PID/stat, ticks since boot; the name before it may hold anything. */
function startTicks(pid: number): string | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? null : (fields[19] ?? null);
  } catch {
    return null;
  }
}

function startDate(pid: number): string | null {
  try {
    const date = execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim();
    return date === '' ? null : date;
  } catch {
    return null;
  }
}
