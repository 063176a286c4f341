import { existsSync, mkdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Resources } from '#core/usage/reading.ts';
import { cpuShares, PERIOD_US, quotaUs } from './cfs.ts';
import { enterGroups } from './enter-groups.ts';
import { groupMembers, hasCode, readKeyed, readNumber, removeGroup, writeValue } from './kernel-files.ts';
import { belowUsage, type Cell, type CellUsage, type Limiter } from './limiter.ts';

/** Directories of one group in the three hierarchies; cpu and cpuacct may be one. */
interface Groups {
  readonly cpu: string;
  readonly cpuacct: string;
  readonly memory: string;
}

const distinct = ({ cpu, cpuacct, memory }: Groups): string[] => [...new Set([cpu, cpuacct, memory])];

const below = (parents: Groups, name: string): Groups => ({
  cpu: join(parents.cpu, name),
  cpuacct: join(parents.cpuacct, name),
  memory: join(parents.memory, name),
});

/**
 * Limits by cgroup v1: CFS quota, shares and memory.limit_in_bytes, in groups below `parents`. Throws where the kernel
 * refuses.
 */
export function createCgroupV1Limiter(parents: Groups, instance: string): Limiter {
  const top = below(parents, instance);
  makeGroups(top);
  return {
    enforcement: { kind: 'cgroup-v1', summary: 'Limits are enforced by the kernel (cgroup v1).' },
    directories: distinct(top),
    open(name) {
      const groups = below(top, name);
      makeGroups(groups);
      return openCell(groups);
    },
    async close() {
      await Promise.all(distinct(top).map((directory) => removeGroup(directory)));
    },
  };
}

function makeGroups(groups: Groups): void {
  for (const directory of distinct(groups)) mkdirSync(directory, { recursive: true });
}

function openCell(groups: Groups): Cell {
  let inForce: Resources | null = null;
  const isLimited = (): boolean => inForce !== null && inForce.cpuLimitCores !== null;
  return {
    enter: (command) =>
      enterGroups(
        distinct(groups).map((directory) => join(directory, 'cgroup.procs')),
        command,
      ),
    started: () => undefined,
    apply(resources) {
      const refusal = applyAll(groups, resources, inForce);
      if (refusal === null) inForce = resources;
      return refusal;
    },
    usage: () =>
      Promise.resolve(groupMembers(groups.memory).length === 0 ? null : readUsage(groups, isLimited())),
    oomKills: () => readOomKills(groups.memory),
    async close() {
      const removed = await Promise.all(distinct(groups).map((directory) => removeGroup(directory)));
      if (removed.includes(false)) throw new Error(`cgroup ${basename(groups.memory)} could not be removed`);
    },
  };
}

/** CPU first, and back again if the memory limit is refused: in full or not at all. */
function applyAll(groups: Groups, resources: Resources, before: Resources | null): string | null {
  const { memoryLimitBytes } = resources;
  const usageBytes = readNumber(join(groups.memory, 'memory.usage_in_bytes'));
  if (memoryLimitBytes !== null && usageBytes > memoryLimitBytes)
    return belowUsage(memoryLimitBytes, usageBytes);
  applyCpu(groups.cpu, resources);
  const refusal = applyMemory(groups.memory, memoryLimitBytes);
  if (refusal !== null && before !== null) applyCpu(groups.cpu, before);
  return refusal;
}

function applyCpu(directory: string, { cpuRequestCores, cpuLimitCores }: Resources): void {
  // The quota is what the kernel may refuse (more than the group above has), so it goes first.
  writeValue(join(directory, 'cpu.cfs_period_us'), PERIOD_US);
  writeValue(join(directory, 'cpu.cfs_quota_us'), cpuLimitCores === null ? -1 : quotaUs(cpuLimitCores));
  writeValue(join(directory, 'cpu.shares'), cpuShares(cpuRequestCores));
}

function applyMemory(directory: string, limitBytes: number | null): string | null {
  try {
    writeValue(join(directory, 'memory.limit_in_bytes'), limitBytes ?? -1);
  } catch (error) {
    // EBUSY: use rose past the limit since it was read.
    if (limitBytes === null || !hasCode(error, 'EBUSY')) throw error;
    return belowUsage(limitBytes, readNumber(join(directory, 'memory.usage_in_bytes')));
  }
  // What the limit pushes out to swap would hide that it is too small.
  const swappiness = join(directory, 'memory.swappiness');
  if (existsSync(swappiness)) writeValue(swappiness, 0);
  return null;
}

function readUsage(groups: Groups, limited: boolean): CellUsage {
  const cpu = readKeyed(join(groups.cpu, 'cpu.stat'));
  const inactiveFile = readKeyed(join(groups.memory, 'memory.stat')).get('total_inactive_file') ?? 0;
  const usageBytes = readNumber(join(groups.memory, 'memory.usage_in_bytes'));
  return {
    atMs: Date.now(),
    cpuSeconds: readNumber(join(groups.cpuacct, 'cpuacct.usage')) / 1e9,
    periods: limited ? (cpu.get('nr_periods') ?? 0) : null,
    throttledPeriods: limited ? (cpu.get('nr_throttled') ?? 0) : null,
    throttledSeconds: limited ? (cpu.get('throttled_time') ?? 0) / 1e9 : null,
    workingSetBytes: Math.max(0, usageBytes - inactiveFile),
    oomKills: readOomKills(groups.memory),
  };
}

function readOomKills(directory: string): number {
  return readKeyed(join(directory, 'memory.oom_control')).get('oom_kill') ?? 0;
}
