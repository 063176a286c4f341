import { dirname } from 'node:path';
import type { Resources } from '#core/usage/reading.ts';
import type { Image } from '../images/image.ts';
import type { Cell, CellUsage } from '../limits/limiter.ts';
import { freePort } from '../processes/free-port.ts';
import { startProbing } from '../processes/probe.ts';
import { runProcess, type RunningProcess } from '../processes/run-process.ts';
import { endStrays } from '../processes/strays.ts';
import { functionEnvironment } from './function-environment.ts';
import type { Pod, FunctionSpec } from './model.ts';
import type { Node } from './node.ts';
import type { PodDirectory } from './pod-directory.ts';

export interface ContainerOptions {
  /** Unique among the cells of the node. */
  readonly name: string;
  readonly spec: FunctionSpec;
  readonly image: Image;
  readonly resources: Resources;
  readonly directory: PodDirectory;
  readonly onReady: (ready: boolean) => void;
  readonly onLine: (text: string) => void;
}

type Termination = NonNullable<Pod['lastTermination']>;

/** One run of a function's process, from its cell to its end. */
export class Container {
  readonly port: number;
  readonly pid: number;
  readonly startedAtMs = Date.now();
  /** Resolves when the process has ended and nothing of it is left. */
  readonly ended: Promise<Termination>;
  readonly #cell: Cell;
  readonly #process: RunningProcess;
  readonly #node: Node;

  private constructor(
    node: Node,
    options: ContainerOptions,
    port: number,
    cell: Cell,
    running: RunningProcess,
  ) {
    this.#node = node;
    this.#cell = cell;
    this.#process = running;
    this.port = port;
    this.pid = running.pid;
    const stopProbing = startProbing({
      port,
      settings: node.settings.probes,
      onReady: options.onReady,
      onDead: () => {
        options.onLine('Liveness probe failed; ending the process.');
        void this.end(node.settings.graceMs);
      },
    });
    this.ended = this.#finish(stopProbing, dirname(options.directory.secrets));
  }

  /** Rejects, with nothing left behind, where the process can't be started. */
  static async start(node: Node, options: ContainerOptions): Promise<Container> {
    const cell = node.limiter.open(options.name);
    try {
      cell.apply(options.resources);
      const port = await freePort();
      const running = await runProcess({
        command: cell.enter(await node.command(options.image)),
        environment: functionEnvironment(options.spec, node.settings.environment, options.directory, port),
        directory: options.directory.work,
        onLine: options.onLine,
      });
      cell.started(running.pid);
      node.registry.add(running.pid);
      return new Container(node, options, port, cell, running);
    } catch (error) {
      await cell.close();
      throw error;
    }
  }

  /** null when in force, or why not yet. */
  apply(resources: Resources): string | null {
    return this.#cell.apply(resources);
  }

  usage(): Promise<CellUsage | null> {
    return this.#cell.usage();
  }

  async end(graceMs: number): Promise<void> {
    await this.#process.end(graceMs);
  }

  async #finish(stopProbing: () => void, podDirectory: string): Promise<Termination> {
    const { exitCode, signal } = await this.#process.exited;
    stopProbing();
    const outOfMemory = signal === 'SIGKILL' && this.#cell.oomKills() > 0;
    const reason = outOfMemory ? 'OOMKilled' : exitCode === 0 ? 'Completed' : 'Error';
    await this.#cell.close().catch((error: unknown) => {
      this.#node.settings.log.error({ err: error, pid: this.pid }, 'something of an ended process is left');
    });
    // A cgroup holds on to all that began in it; without one they are looked for.
    if (this.#node.limiter.directories.length === 0) endStrays(podDirectory);
    this.#node.registry.remove(this.pid);
    return { reason, exitCode, startedAtMs: this.startedAtMs, atMs: Date.now() };
  }
}
