/** What one stage cost its process. */
export interface Cost {
  readonly stage: string;
  readonly cpuMs: number;
}

export interface ProcessReport {
  readonly costs: readonly Cost[];
  /** Of the process, from its start to now. */
  readonly peakRssMb: number;
  readonly note: string;
}

/** CPU time of all threads, user and system, since `process.cpuUsage()` said `before`. */
export function cpuMsSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** Runs stages one after another, each with its CPU time, user and system. */
export class Stopwatch {
  readonly #costs = new Map<string, number>();

  async time<T>(stage: string, work: () => T | Promise<T>): Promise<T> {
    const before = process.cpuUsage();
    const result = await work();
    this.#costs.set(stage, (this.#costs.get(stage) ?? 0) + cpuMsSince(before));
    return result;
  }

  /** To the parent process, as one line of JSON. */
  report(note: string): void {
    const costs = Array.from(this.#costs, ([stage, cpuMs]) => ({ stage, cpuMs }));
    const report: ProcessReport = { costs, peakRssMb: process.resourceUsage().maxRSS / 1024, note };
    process.stdout.write(`${JSON.stringify(report)}\n`);
  }
}
