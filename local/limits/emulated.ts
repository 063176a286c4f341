import type { Resources } from '#core/usage/reading.ts';
import { readProcessTree, readResidentBytes, readTicks } from '../measurement/process-tree.ts';
import { signalGroup } from '../processes/signal-group.ts';
import { CpuThrottle } from './cpu-throttle.ts';
import { belowUsage, type Cell, type CellUsage, type Limiter } from './limiter.ts';

/** Use between two looks under which a tree counts as idle. */
const QUIET_SECONDS = 0.001;
/** An idle tree is read in full every so many periods: half a second. */
const CLOSE_LOOK_EVERY = 5;

/**
 * Limits without the kernel's help, for Linux users who can't write cgroups: a process group that has used its CPU share
 * is stopped until the next 100 ms period, and one that outgrows its memory limit loses its largest process.
 * `reason` says why the kernel does not, `hint` how it could.
 */
export function createEmulatedLimiter(reason: string, hint: string | null): Limiter {
  const why = hint === null ? reason : `${reason}; ${hint}`;
  return {
    enforcement: {
      kind: 'emulated',
      summary: `Limits are emulated by stopping and ending processes (${why}).`,
    },
    directories: [],
    open: () => new EmulatedCell(),
    close: () => Promise.resolve(),
  };
}

class EmulatedCell implements Cell {
  #pid: number | null = null;
  #cpuLimitCores: number | null = null;
  #memoryLimitBytes: number | null = null;
  #oomKills = 0;
  /** Ended children's time is in whole ticks: the sum could step back by up to one. */
  #cpuSeconds = 0;
  /** The processes as last looked at. */
  #pids: readonly number[] = [];
  #ticks = -1;
  /** Looks in a row that found next to no use. */
  #quietLooks = 0;
  readonly #throttle = new CpuThrottle({
    cpuSeconds: () => (this.#isQuiet() ? this.#cpuSeconds : this.#lookClosely()),
    signal: (signal) => {
      if (this.#pid !== null) signalGroup(this.#pid, signal);
    },
    onPeriod: () => {
      this.#enforceMemory();
    },
  });

  enter<T>(command: T): T {
    return command;
  }

  started(pid: number): void {
    this.#pid = pid;
    this.#update();
  }

  apply(resources: Resources): string | null {
    const limitBytes = resources.memoryLimitBytes;
    const usageBytes = this.#look(true)?.residentBytes ?? 0;
    if (limitBytes !== null && usageBytes > limitBytes) return belowUsage(limitBytes, usageBytes);
    this.#memoryLimitBytes = limitBytes;
    this.#cpuLimitCores = resources.cpuLimitCores;
    this.#update();
    return null;
  }

  usage(): Promise<CellUsage | null> {
    const tree = this.#look(true);
    if (tree === null) return Promise.resolve(null);
    const counted = this.#cpuLimitCores === null ? null : this.#throttle.counters;
    return Promise.resolve({
      atMs: Date.now(),
      cpuSeconds: tree.cpuSeconds,
      periods: counted?.periods ?? null,
      throttledPeriods: counted?.throttledPeriods ?? null,
      throttledSeconds: counted?.throttledSeconds ?? null,
      workingSetBytes: tree.residentBytes,
      oomKills: this.#oomKills,
    });
  }

  oomKills(): number {
    return this.#oomKills;
  }

  close(): Promise<void> {
    this.#throttle.stop();
    if (this.#pid !== null) signalGroup(this.#pid, 'SIGKILL');
    this.#pid = null;
    return Promise.resolve();
  }

  #update(): void {
    if (this.#pid === null) return;
    if (this.#cpuLimitCores === null && this.#memoryLimitBytes === null) this.#throttle.stop();
    else this.#throttle.hold(this.#cpuLimitCores);
  }

  #look(withMemory: boolean): { cpuSeconds: number; residentBytes: number } | null {
    const tree = this.#pid === null ? null : readProcessTree(this.#pid, withMemory);
    if (tree === null) return null;
    this.#cpuSeconds = Math.max(this.#cpuSeconds, tree.cpuSeconds);
    this.#pids = tree.pids;
    return { cpuSeconds: this.#cpuSeconds, residentBytes: tree.residentBytes };
  }

  /** Whether an idle tree is still idle, by one file a process; now and then it is looked at closely all the same. */
  #isQuiet(): boolean {
    const ticks = this.#pids.reduce((sum, pid) => sum + readTicks(pid), 0);
    const isStill =
      ticks === this.#ticks && this.#quietLooks > 0 && this.#quietLooks % CLOSE_LOOK_EVERY !== 0;
    this.#ticks = ticks;
    if (isStill) this.#quietLooks += 1;
    return isStill;
  }

  #lookClosely(): number | null {
    const before = this.#cpuSeconds;
    const now = this.#look(false)?.cpuSeconds ?? null;
    this.#quietLooks = now !== null && now - before < QUIET_SECONDS ? this.#quietLooks + 1 : 0;
    return now;
  }

  #enforceMemory(): void {
    if (this.#memoryLimitBytes === null) return;
    const sizes = this.#pids.map((pid) => ({ pid, bytes: readResidentBytes(pid) }));
    const residentBytes = sizes.reduce((sum, { bytes }) => sum + bytes, 0);
    const [largest] = sizes.sort((a, b) => b.bytes - a.bytes);
    if (residentBytes <= this.#memoryLimitBytes || !largest) return;
    this.#oomKills += 1;
    signalProcess(largest.pid);
  }
}

function signalProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // Ended by itself.
  }
}
