import { readdirSync, readFileSync } from 'node:fs';

/** USER_HZ: the unit of /proc/PID/stat, 100 on every Linux. */
const TICKS_PER_SECOND = 100;

/** What a process and its descendants have used, by /proc (Linux). */
export interface TreeUsage {
  readonly cpuSeconds: number;
  readonly residentBytes: number;
  readonly pids: readonly number[];
}

/**
 * CPU time of the tree under `pid` in ns resolution (schedstat of every thread), plus that of children that have ended and
 * been waited for (10 ms ticks); null once `pid` is gone. Resident memory costs a second file a process: only if asked.
 */
export function readProcessTree(pid: number, withMemory: boolean): TreeUsage | null {
  if (!isThere(pid)) return null;
  const pids: number[] = [pid];
  let cpuSeconds = 0;
  let residentBytes = 0;
  // The array grows while it is walked.
  for (const member of pids) {
    const { seconds, children } = readThreads(member);
    cpuSeconds += seconds + reapedSeconds(member);
    if (withMemory) residentBytes += readResidentBytes(member);
    pids.push(...children);
  }
  return { cpuSeconds, residentBytes, pids };
}

/**
 * CPU time of one process alone in clock ticks: a single file, to tell cheaply whether a closer look is worth it. −1 once
 * it is gone.
 */
export function readTicks(pid: number): number {
  const fields = statFields(pid);
  return fields[0] === undefined || fields[0] === 'Z' ? -1 : Number(fields[11]) + Number(fields[12]);
}

/**
 * Whether a process came with the command that started this one: it is in this process's group, as `npm` and its shell
 * are, or descends from this process.
 */
export function isOfOwnJob(pid: number): boolean {
  if (groupOf(pid) === groupOf(process.pid)) return true;
  for (let ancestor = pid; ancestor > 0; ancestor = Number(statFields(ancestor)[1] ?? 0)) {
    if (ancestor === process.pid) return true;
  }
  return false;
}

/** NaN once it is gone. */
function groupOf(pid: number): number {
  return Number(statFields(pid)[2]);
}

function isThere(pid: number): boolean {
  const state = statFields(pid)[0];
  return state !== undefined && state !== 'Z';
}

function readThreads(pid: number): { seconds: number; children: number[] } {
  let nanoseconds = 0;
  const children: number[] = [];
  for (const thread of list(`/proc/${pid}/task`)) {
    nanoseconds += Number(read(`/proc/${pid}/task/${thread}/schedstat`).split(' ', 1)[0]);
    const born = read(`/proc/${pid}/task/${thread}/children`);
    if (born !== '') children.push(...born.trim().split(' ').map(Number));
  }
  return { seconds: nanoseconds / 1e9, children };
}

/** cutime + cstime, proc(5): fields 16 and 17, 13 and 14 after the command's name. */
function reapedSeconds(pid: number): number {
  const fields = statFields(pid);
  return (Number(fields[13] ?? 0) + Number(fields[14] ?? 0)) / TICKS_PER_SECOND;
}

/** The fields of /proc/PID/stat after the name, which may hold spaces and brackets itself; the state comes first. */
function statFields(pid: number): string[] {
  const text = read(`/proc/${pid}/stat`);
  return text === '' ? [] : text.slice(text.lastIndexOf(')') + 2).split(' ');
}

/**
 * Anonymous and shared memory of one process in bytes; 0 if it is gone. Pages of program files, which the kernel drops when
 * it needs room, are left out: a container's working set hardly holds any, and for Node they are 40 MB.
 */
export function readResidentBytes(pid: number): number {
  const text = read(`/proc/${pid}/status`);
  const kilobytes = [...text.matchAll(/^Rss(?:Anon|Shmem):\s+(\d+) kB$/gm)].map(([, digits]) =>
    Number(digits),
  );
  return kilobytes.reduce((sum, value) => sum + value, 0) * 1024;
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function list(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}
