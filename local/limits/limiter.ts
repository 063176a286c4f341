import type { Resources } from '#core/usage/reading.ts';
import type { Enforcement } from '../workloads/model.ts';

/** What one process tree has used since its process started. */
export interface CellUsage {
  readonly atMs: number;
  readonly cpuSeconds: number;
  /** null where nothing counts them, or no CPU limit is set. */
  readonly periods: number | null;
  readonly throttledPeriods: number | null;
  readonly throttledSeconds: number | null;
  readonly workingSetBytes: number;
  /** Kills for memory, of any process of the tree. */
  readonly oomKills: number;
}

/** A program and its arguments. */
export interface Command {
  readonly program: string;
  readonly args: readonly string[];
}

/** The bounds around one process tree, from before its start until it has ended: what a container's cgroup is. */
export interface Cell {
  /** The command that runs `command` inside the cell from its first instruction. */
  enter(command: Command): Command;
  /** Tells the cell its first process, the leader of a process group of its own. */
  started(pid: number): void;
  /** Puts the limits in force, in full or not at all; null, or why not yet. */
  apply(resources: Resources): string | null;
  /** null while nothing runs. */
  usage(): Promise<CellUsage | null>;
  oomKills(): number;
  /** Ends whatever still runs in the cell, and removes it. */
  close(): Promise<void>;
}

/** One way of holding processes to their limits. */
export interface Limiter {
  readonly enforcement: Enforcement;
  /** Directories that outlive a killed platform; see `removeGroup`. */
  readonly directories: readonly string[];
  /** `name` is unique among the open cells, and a file name. */
  open(name: string): Cell;
  close(): Promise<void>;
}

/** The kubelet's words for a memory limit that would have to kill; it retries. */
export function belowUsage(limitBytes: number, usageBytes: number): string {
  return `attempting to set pod memory limit (${limitBytes}) below current usage (${usageBytes})`;
}
