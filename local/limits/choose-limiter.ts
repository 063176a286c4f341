import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readCgroupMounts, type CgroupMounts } from './cgroup-mounts.ts';
import { createCgroupV1Limiter } from './cgroup-v1.ts';
import { candidateParents, createCgroupV2Limiter } from './cgroup-v2.ts';
import { createEmulatedLimiter } from './emulated.ts';
import type { Limiter } from './limiter.ts';
import { createUnlimitedLimiter } from './unlimited.ts';

export interface LimiterOptions {
  /** File name, unique among platforms that run at a time. */
  readonly instance: string;
  /** Takes this kind without trying the better ones. */
  readonly force?: 'emulated' | 'none' | undefined;
}

/** The best enforcement that works on this machine, found by trying it with a process. */
export async function chooseLimiter({ instance, force }: LimiterOptions): Promise<Limiter> {
  if (force === 'none') return createUnlimitedLimiter('this platform, on request');
  if (force === 'emulated') return createEmulatedLimiter('on request', null);
  if (process.platform !== 'linux') return createUnlimitedLimiter(process.platform);
  const mounts = readCgroupMounts();
  for (const create of attempts(mounts, instance)) {
    const limiter = await tryLimiter(create);
    if (limiter) return limiter;
  }
  return createEmulatedLimiter(
    'cgroups are not writable here',
    delegationHint(mounts, existsSync('/run/systemd/system')),
  );
}

/** How to come by a group that may be written; null where v1 has the controllers, or where there is no systemd. */
export function delegationHint({ v1, v2 }: CgroupMounts, hasSystemd: boolean): string | null {
  if (v2 === null || v1.has('cpu') || v1.has('memory') || !hasSystemd) return null;
  return 'under `systemd-run --user --scope -p Delegate=yes` the kernel can enforce them';
}

function attempts({ v1, v2 }: CgroupMounts, instance: string): (() => Limiter)[] {
  const [cpu, cpuacct, memory] = [v1.get('cpu'), v1.get('cpuacct'), v1.get('memory')];
  if (cpu !== undefined && cpuacct !== undefined && memory !== undefined) {
    return [() => createCgroupV1Limiter({ cpu, cpuacct, memory }, instance)];
  }
  if (v2 === null) return [];
  return candidateParents(v2.mountPoint, v2.own).map(
    (parent) => () => createCgroupV2Limiter(parent, instance),
  );
}

/** Sets limits on a cell and runs a process in it; null, with nothing left behind, where any of it is refused. */
async function tryLimiter(create: () => Limiter): Promise<Limiter | null> {
  let limiter: Limiter | null = null;
  try {
    limiter = create();
    const cell = limiter.open('trial');
    cell.apply({
      cpuRequestCores: 0.1,
      cpuLimitCores: 0.5,
      memoryRequestBytes: null,
      memoryLimitBytes: 64 * 2 ** 20,
    });
    const { program, args } = cell.enter({ program: '/bin/true', args: [] });
    execFileSync(program, args, { stdio: 'ignore', timeout: 5000 });
    cell.oomKills();
    await cell.close();
    return limiter;
  } catch {
    await limiter?.close();
    return null;
  }
}
