import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

/** Where this process's own groups are mounted. */
export interface CgroupMounts {
  /** Controller (`cpu`, `cpuacct`, `memory`, …) → directory of this process's group in its v1 hierarchy. */
  readonly v1: ReadonlyMap<string, string>;
  /** The unified hierarchy: its mount point and this process's group in it; null where it is not mounted. */
  readonly v2: { readonly mountPoint: string; readonly own: string } | null;
}

interface Mount {
  readonly root: string;
  readonly mountPoint: string;
  readonly type: string;
  readonly options: readonly string[];
}

/** Reads /proc/self/mountinfo and /proc/self/cgroup (proc(5), cgroups(7)); nothing is mounted where they are missing. */
export function readCgroupMounts(proc = '/proc/self'): CgroupMounts {
  try {
    return cgroupMounts(
      readFileSync(join(proc, 'mountinfo'), 'utf8'),
      readFileSync(join(proc, 'cgroup'), 'utf8'),
    );
  } catch {
    return { v1: new Map(), v2: null };
  }
}

/**
 * Pairs the hierarchies with this process's place in them. Handles controllers mounted together (`cpu,cpuacct`), hybrid
 * systems, and containers, in which a mount shows only the part of the hierarchy below its root.
 */
export function cgroupMounts(mountinfo: string, cgroup: string): CgroupMounts {
  const mounts = mountinfo.split('\n').flatMap(parseMount);
  const v1 = new Map<string, string>();
  let v2: CgroupMounts['v2'] = null;
  for (const line of cgroup.split('\n')) {
    const [, id, controllers = '', path = '/'] = /^(\d+):([^:]*):(.*)$/.exec(line) ?? [];
    if (id === undefined) continue;
    if (controllers === '') {
      const mount = mounts.find(({ type }) => type === 'cgroup2');
      if (mount) v2 = { mountPoint: mount.mountPoint, own: ownDirectory(mount, path) };
      continue;
    }
    for (const controller of controllers.split(',')) {
      const mount = mounts.find(({ type, options }) => type === 'cgroup' && options.includes(controller));
      if (mount) v1.set(controller, ownDirectory(mount, path));
    }
  }
  return { v1, v2 };
}

function parseMount(line: string): Mount[] {
  const [left = '', right = ''] = line.split(' - ');
  const [, , , root = '/', mountPoint = ''] = left.split(' ');
  const [type = '', , options = ''] = right.split(' ');
  return type.startsWith('cgroup') ? [{ root, mountPoint, type, options: options.split(',') }] : [];
}

function ownDirectory({ root, mountPoint }: Mount, path: string): string {
  const below = relative(root, path);
  return below.startsWith('..') ? mountPoint : join(mountPoint, below);
}
