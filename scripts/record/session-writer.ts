import { appendFile, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { CallSeries, ContainerSeries, PodFacts } from '#core/usage/reading.ts';
import { writeWhole } from '../../training/data/write-whole.ts';
import {
  EVENT_COLUMNS,
  GATEWAY_COLUMNS,
  POD_COLUMNS,
  type Session,
  USAGE_COLUMNS,
} from '../../training/recordings/format.ts';

/** Adds to a session's files what is new in each reading; whatever was added stays when the process is killed. */
export class SessionWriter {
  readonly #directory: string;
  readonly #names: ReadonlySet<string>;
  /** Time of the last row written, by container's run or function. */
  readonly #written = new Map<string, number>();
  readonly #podRows = new Map<string, string>();
  readonly #pending = new Map<string, string>();

  private constructor(directory: string, names: ReadonlySet<string>) {
    this.#directory = directory;
    this.#names = names;
  }

  /** Makes the folders, and the files with their headers. Refuses a folder that is there: it may hold a session. */
  static async create(directory: string, session: Session): Promise<SessionWriter> {
    const names = session.functions.map(({ name }) => name);
    const writer = new SessionWriter(directory, new Set(names));
    await mkdir(dirname(directory), { recursive: true });
    await mkdir(directory);
    for (const name of names) {
      await mkdir(join(directory, name));
      writer.#add(`${name}/usage.csv`, USAGE_COLUMNS);
      writer.#add(`${name}/gateway.csv`, GATEWAY_COLUMNS);
      writer.#add(`${name}/pods.csv`, POD_COLUMNS);
    }
    writer.#add('events.csv', EVENT_COLUMNS);
    await writer.describe(session);
    await writer.flush();
    return writer;
  }

  /** There is always a whole session.json. */
  async describe(session: Session): Promise<void> {
    await writeWhole(join(this.#directory, 'session.json'), [`${JSON.stringify(session, null, 2)}\n`]);
  }

  event(timeMs: number, functionName: string, event: string): void {
    this.#add('events.csv', [Math.round(timeMs), functionName, event]);
  }

  containers(all: readonly ContainerSeries[]): void {
    for (const series of all) {
      const { container: name = '', pod, startedAtMs } = series;
      if (!this.#names.has(name)) continue;
      this.#newRows(`${pod}/${startedAtMs ?? ''}`, series.timesMs, (at) => {
        this.#add(`${name}/usage.csv`, [
          series.timesMs[at],
          pod,
          startedAtMs ?? undefined,
          series.cpuSeconds[at],
          series.throttledSeconds[at],
          series.throttledPeriods[at],
          series.memoryBytes[at],
          series.oomEvents[at],
          series.cpuLimitCores[at],
          series.memoryLimitBytes[at],
        ]);
      });
    }
  }

  calls(all: readonly CallSeries[]): void {
    for (const { functionName, timesMs, started, completed } of all) {
      if (!this.#names.has(functionName)) continue;
      this.#newRows(functionName, timesMs, (at) => {
        this.#add(`${functionName}/gateway.csv`, [timesMs[at], started[at], completed[at]]);
      });
    }
  }

  pods(timeMs: number, pods: readonly PodFacts[]): void {
    for (const { functionName, pod, startedAtMs, readySinceMs, restarts, lastTermination } of pods) {
      if (!this.#names.has(functionName)) continue;
      const last = [lastTermination?.reason, lastTermination?.exitCode, lastTermination?.atMs];
      const fields = [pod, startedAtMs ?? undefined, readySinceMs ?? undefined, restarts, ...last];
      if (this.#podRows.get(pod) === fields.join(',')) continue;
      this.#podRows.set(pod, fields.join(','));
      this.#add(`${functionName}/pods.csv`, [timeMs, ...fields]);
    }
  }

  async flush(): Promise<void> {
    const pending = [...this.#pending];
    this.#pending.clear();
    for (const [path, text] of pending) await appendFile(join(this.#directory, path), text);
  }

  #newRows(key: string, timesMs: Float64Array, write: (at: number) => void): void {
    const writtenMs = this.#written.get(key) ?? -Infinity;
    timesMs.forEach((timeMs, at) => {
      if (timeMs > writtenMs) write(at);
    });
    this.#written.set(key, Math.max(writtenMs, timesMs.at(-1) ?? -Infinity));
  }

  #add(path: string, fields: readonly (string | number | undefined)[]): void {
    const row = fields.map((field) => (field === undefined || Number.isNaN(field) ? '' : String(field)));
    this.#pending.set(path, `${this.#pending.get(path) ?? ''}${row.join(',')}\n`);
  }
}
