import pidusage from 'pidusage';
import { signalGroup } from '../processes/signal-group.ts';
import { readProcessTree } from '../measurement/process-tree.ts';
import type { Cell, CellUsage, Limiter } from './limiter.ts';

/** Measures and holds nothing: for systems without cgroups and without /proc. */
export function createUnlimitedLimiter(platform: string): Limiter {
  return {
    enforcement: {
      kind: 'none',
      summary: `Limits are not enforced on ${platform}: functions are never throttled or killed for memory, so decisions differ from a cluster's.`,
    },
    directories: [],
    open: openCell,
    close: () => Promise.resolve(),
  };
}

function openCell(): Cell {
  let pid: number | null = null;
  return {
    enter: (command) => command,
    started(leader) {
      pid = leader;
    },
    apply: () => null,
    usage: () => (pid === null ? Promise.resolve(null) : readUsage(pid)),
    oomKills: () => 0,
    close() {
      if (pid !== null) signalGroup(pid, 'SIGKILL');
      pid = null;
      return Promise.resolve();
    },
  };
}

async function readUsage(pid: number): Promise<CellUsage | null> {
  const used = process.platform === 'linux' ? readLinux(pid) : await readElsewhere(pid);
  if (used === null) return null;
  const uncounted = { periods: null, throttledPeriods: null, throttledSeconds: null, oomKills: 0 };
  return { atMs: Date.now(), ...used, ...uncounted };
}

type Used = Pick<CellUsage, 'cpuSeconds' | 'workingSetBytes'>;

function readLinux(pid: number): Used | null {
  const tree = readProcessTree(pid, true);
  return tree && { cpuSeconds: tree.cpuSeconds, workingSetBytes: tree.residentBytes };
}

async function readElsewhere(pid: number): Promise<Used | null> {
  try {
    const { ctime, memory } = await pidusage(pid);
    return { cpuSeconds: ctime / 1000, workingSetBytes: memory };
  } catch {
    // The process has ended.
    return null;
  }
}
