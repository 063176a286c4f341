import { existsSync, mkdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Resources } from '#core/usage/reading.ts';
import { cpuWeight, PERIOD_US, quotaUs } from './cfs.ts';
import { CONTROLLERS, controllersIn, delegate } from './delegation.ts';
import { enterGroups } from './enter-groups.ts';
import { groupMembers, readKeyed, readNumber, removeGroup, writeValue } from './kernel-files.ts';
import { belowUsage, type Cell, type CellUsage, type Limiter } from './limiter.ts';

/**
 * Groups that could hold ours, from this process's own upwards, those whose children have the controllers already first.
 */
export function candidateParents(mountPoint: string, own: string): string[] {
  const chain: string[] = [];
  for (let directory = own; ; directory = dirname(directory)) {
    chain.push(directory);
    if (directory === mountPoint || directory === dirname(directory)) break;
  }
  const usable = chain.filter((directory) =>
    includesAll(controllersIn(join(directory, 'cgroup.controllers'))),
  );
  const ready = (directory: string): boolean =>
    includesAll(controllersIn(join(directory, 'cgroup.subtree_control')));
  return [...usable.filter(ready), ...usable.filter((directory) => !ready(directory))];
}

const includesAll = (controllers: readonly string[]): boolean =>
  CONTROLLERS.every((name) => controllers.includes(name));

/**
 * Limits by cgroup v2: cpu.max, cpu.weight and memory.max, in groups below `parent`. memory.oom.group stays 0, so that a
 * forked child can be ended while its parent lives, as on v1. Throws, with nothing left behind, where the kernel refuses.
 */
export function createCgroupV2Limiter(
  parent: string,
  instance: string,
  controllers: readonly string[] = CONTROLLERS,
): Limiter {
  const top = join(parent, instance);
  const takeBack = delegate(parent, controllers);
  try {
    mkdirSync(top, { recursive: true });
    delegate(top, controllers);
  } catch (error) {
    takeBack();
    throw error;
  }
  return {
    enforcement: { kind: 'cgroup-v2', summary: 'Limits are enforced by the kernel (cgroup v2).' },
    directories: [top],
    open(name) {
      const directory = join(top, name);
      mkdirSync(directory, { recursive: true });
      return openCell(directory);
    },
    async close() {
      await removeGroup(top);
      takeBack();
    },
  };
}

function openCell(directory: string): Cell {
  let limited = false;
  return {
    enter: (command) => enterGroups([join(directory, 'cgroup.procs')], command),
    started: () => undefined,
    apply(resources) {
      const refusal = memoryRefusal(directory, resources.memoryLimitBytes);
      if (refusal !== null) return refusal;
      applyCpu(directory, resources);
      applyMemory(directory, resources.memoryLimitBytes);
      limited = resources.cpuLimitCores !== null;
      return null;
    },
    usage: () => Promise.resolve(groupMembers(directory).length === 0 ? null : readUsage(directory, limited)),
    oomKills: () => readOomKills(directory),
    async close() {
      if (!(await removeGroup(directory)))
        throw new Error(`cgroup ${basename(directory)} could not be removed`);
    },
  };
}

function applyCpu(directory: string, { cpuRequestCores, cpuLimitCores }: Resources): void {
  const quota = cpuLimitCores === null ? 'max' : String(quotaUs(cpuLimitCores));
  writeValue(join(directory, 'cpu.max'), `${quota} ${PERIOD_US}`);
  writeValue(join(directory, 'cpu.weight'), cpuWeight(cpuRequestCores));
}

/** memory.max below use kills where v1 refuses, so use is looked at first. */
function memoryRefusal(directory: string, limitBytes: number | null): string | null {
  const current = join(directory, 'memory.current');
  const usageBytes = existsSync(current) ? readNumber(current) : 0;
  return limitBytes !== null && usageBytes > limitBytes ? belowUsage(limitBytes, usageBytes) : null;
}

function applyMemory(directory: string, limitBytes: number | null): void {
  writeValue(join(directory, 'memory.max'), limitBytes ?? 'max');
  // What the limit pushes out to swap would hide that it is too small.
  const swap = join(directory, 'memory.swap.max');
  if (existsSync(swap)) writeValue(swap, 0);
}

function readUsage(directory: string, limited: boolean): CellUsage {
  const cpu = readKeyed(join(directory, 'cpu.stat'));
  const inactiveFile = readKeyed(join(directory, 'memory.stat')).get('inactive_file') ?? 0;
  return {
    atMs: Date.now(),
    cpuSeconds: (cpu.get('usage_usec') ?? 0) / 1e6,
    periods: limited ? (cpu.get('nr_periods') ?? 0) : null,
    throttledPeriods: limited ? (cpu.get('nr_throttled') ?? 0) : null,
    throttledSeconds: limited ? (cpu.get('throttled_usec') ?? 0) / 1e6 : null,
    workingSetBytes: Math.max(0, readNumber(join(directory, 'memory.current')) - inactiveFile),
    oomKills: readOomKills(directory),
  };
}

function readOomKills(directory: string): number {
  return readKeyed(join(directory, 'memory.events')).get('oom_kill') ?? 0;
}
