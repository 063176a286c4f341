import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { isOfOwnJob } from '../measurement/process-tree.ts';
import { groupMembers, hasCode, writeValue } from './kernel-files.ts';

/** What limits need of cgroup v2. */
export const CONTROLLERS: readonly string[] = ['cpu', 'memory'];

const LEAF = 'foresize-platform-';
/** A process that forks while it is moved leaves its child behind, so the group is looked at again. */
const MOST_ROUNDS = 20;

/** The names in cgroup.controllers or cgroup.subtree_control; none where there is no such file. */
export function controllersIn(file: string): string[] {
  return existsSync(file) ? readFileSync(file, 'utf8').trim().split(/\s+/) : [];
}

/**
 * Gives the group's children the controllers. A group with processes can't (EBUSY, "no internal processes"), so where
 * they are all of this process's job, as in a service with Delegate=yes or a container, they go to a leaf first.
 * Returns what takes that back, as far as others let it. Throws, with nothing changed, where the kernel refuses.
 */
export function delegate(directory: string, controllers: readonly string[]): () => void {
  const control = join(directory, 'cgroup.subtree_control');
  const given = controllersIn(control);
  const missing = controllers.filter((name) => !given.includes(name));
  if (missing.length === 0) return () => undefined;
  try {
    writeValue(control, missing.map((name) => `+${name}`).join(' '));
    return () => undefined;
  } catch (error) {
    if (!hasCode(error, 'EBUSY') || groupMembers(directory).some(isStranger)) throw error;
    return delegateFromLeaf(directory, control, missing);
  }
}

/** 0 stands for a process that can't be seen from here. One that has ended meanwhile is in nobody's way. */
function isStranger(pid: number): boolean {
  return !isOfOwnJob(pid) && (pid === 0 || existsSync(`/proc/${pid}`));
}

function delegateFromLeaf(directory: string, control: string, missing: readonly string[]): () => void {
  removeAbandonedLeaves(directory);
  const leaf = join(directory, `${LEAF}${process.pid}`);
  mkdirSync(leaf);
  try {
    moveJob(directory, leaf);
    writeValue(control, missing.map((name) => `+${name}`).join(' '));
  } catch (error) {
    leaveLeaf(leaf, directory);
    throw error;
  }
  return () => {
    try {
      writeValue(control, missing.map((name) => `-${name}`).join(' '));
    } catch {
      // Another group below has them in use by now, so processes can't come back.
      return;
    }
    leaveLeaf(leaf, directory);
  };
}

/** Throws where a process of somebody else has come in between. */
function moveJob(from: string, to: string): void {
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const members = groupMembers(from);
    if (members.length === 0) return;
    const stranger = members.find(isStranger);
    if (stranger !== undefined) throw new Error(`process ${stranger} has come into ${from}`);
    moveAll(members, to);
  }
}

function leaveLeaf(leaf: string, directory: string): void {
  try {
    for (let round = 0; round < MOST_ROUNDS && groupMembers(leaf).length > 0; round += 1) {
      moveAll(groupMembers(leaf), directory);
    }
    rmdirSync(leaf);
  } catch {
    // It stays, with what is in it, until a later platform finds it empty.
  }
}

function moveAll(pids: readonly number[], to: string): void {
  for (const pid of pids) {
    try {
      writeValue(join(to, 'cgroup.procs'), pid);
    } catch (error) {
      // Ended in the meantime.
      if (!hasCode(error, 'ESRCH')) throw error;
    }
  }
}

/** Leaves of platforms that were killed. The kernel keeps those that have processes. */
function removeAbandonedLeaves(directory: string): void {
  for (const name of readdirSync(directory)) {
    if (!name.startsWith(LEAF)) continue;
    try {
      rmdirSync(join(directory, name));
    } catch {
      // In use.
    }
  }
}
