import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { stop as stopBundler } from 'esbuild';
import { createGatewayClient, type GatewayClient } from '#platform/gateway/client.ts';
import type { DeployBody } from '#platform/gateway/schemas.ts';
import { bundleFunction } from '#template/bundle.ts';
import type { Image } from '../../local/images/image.ts';
import type { Platform } from '../../local/platform.ts';
import type { Pod } from '../../local/workloads/model.ts';
import type { RecordedFunction } from '../../training/recordings/format.ts';
import { WORKLOADS } from './plan.ts';

const ROOT = join(import.meta.dirname, '../..');
/** Small, so that the node has room for all; the limit is what is looked at. */
const REQUESTS = { cpu: '40m', memory: '32Mi' };
/** Node needs 0.3 CPU-seconds to start, search more than one, and a probe waits six seconds. */
const START_LIMIT_CORES = 1;
const LOOK_MS = 500;

const imageOf = (workload: string): string => `recorded/${workload}:latest`;

/** Each workload as an image of the local platform. */
export async function bundleWorkloads(outDirectory: string): Promise<ReadonlyMap<string, Image>> {
  const images = new Map<string, Image>();
  for (const { name, handler } of WORKLOADS) {
    const { path } = await bundleFunction({
      templateDir: join(ROOT, 'template/typescript'),
      handlerDir: join(ROOT, handler),
      outDir: join(outDirectory, name),
    });
    images.set(imageOf(name), { kind: 'bundle', bundlePath: path });
  }
  await stopBundler();
  return images;
}

/** The functions on the platform, each brought to its own CPU limit once a pod of it is ready. */
export class Fleet {
  readonly #platform: Platform;
  readonly #gateway: GatewayClient;
  readonly #functions: ReadonlyMap<string, RecordedFunction>;
  readonly #onProblem: (message: string) => void;
  readonly #unsubscribe: () => void;

  constructor(
    platform: Platform,
    functions: readonly RecordedFunction[],
    onProblem: (message: string) => void,
  ) {
    this.#platform = platform;
    this.#onProblem = onProblem;
    this.#gateway = createGatewayClient({ url: platform.gatewayUrl, credentials: platform.credentials });
    this.#functions = new Map(functions.map((entry) => [entry.name, entry]));
    this.#unsubscribe = platform.workloads.subscribe((event) => {
      if (event.kind === 'pod' && event.change === 'updated') this.#limit(event.pod);
    });
  }

  /** One after another, since forty processes that start at once would starve each other. */
  async deployAll(signal: AbortSignal): Promise<void> {
    for (const name of this.#functions.keys()) {
      await this.redeploy(name, signal);
      await this.#ready(name, signal);
    }
  }

  async redeploy(name: string, signal: AbortSignal): Promise<void> {
    const entry = this.#functions.get(name);
    if (entry !== undefined) await this.#gateway.deploy(bodyOf(entry), signal);
  }

  /** Ends the process of a function's pod, as a crash would; the platform starts it again. */
  kill(name: string): void {
    const pod = this.#pods(name).find(({ ready }) => ready);
    // The process leads a group of its own.
    if (typeof pod?.pid === 'number') process.kill(-pod.pid, 'SIGKILL');
  }

  close(): void {
    this.#unsubscribe();
  }

  #pods(name: string): readonly Pod[] {
    return this.#platform.workloads
      .pods(this.#platform.namespace)
      .filter(({ functionName }) => functionName === name);
  }

  async #ready(name: string, signal: AbortSignal): Promise<void> {
    while (!this.#pods(name).some(({ ready }) => ready)) await pause(LOOK_MS, undefined, { signal });
  }

  /** The function's own limit for a pod that is ready, the start's for one that is not. */
  #limit({ name, functionName }: Pod): void {
    const own = this.#functions.get(functionName)?.cpuLimitCores;
    if (own === undefined) return;
    // Not within the event, which the pod is still telling of.
    setImmediate(() => {
      const { workloads, namespace } = this.#platform;
      const pod = workloads.pod(namespace, name);
      const cpuLimitCores = pod?.ready === true ? own : START_LIMIT_CORES;
      if (pod === undefined || pod.desired.cpuLimitCores === cpuLimitCores) return;
      try {
        workloads.resize(namespace, name, { ...pod.desired, cpuLimitCores });
      } catch (error) {
        this.#onProblem(`${name} keeps its limit: ${String(error)}`);
      }
    });
  }
}

function bodyOf({ name, workload, memoryLimitBytes }: RecordedFunction): DeployBody {
  return {
    service: name,
    image: imageOf(workload),
    labels: {},
    annotations: {},
    limits: { cpu: String(START_LIMIT_CORES), memory: String(memoryLimitBytes) },
    requests: REQUESTS,
  };
}
