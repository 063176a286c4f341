import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { pino } from 'pino';
import { createGatewayClient } from '#platform/gateway/client.ts';
import type { DeployBody } from '#platform/gateway/schemas.ts';
import { deployBodies } from '#platform/stack/deploy-body.ts';
import { readStack, type Stack } from '#platform/stack/read-stack.ts';
import { bundleFunction } from '#template/bundle.ts';
import { buildImages } from '../../cli/up/images.ts';
import type { Image } from '../../local/images/image.ts';
import { type Platform, startPlatform } from '../../local/platform.ts';
import type { Pod } from '../../local/workloads/model.ts';
import type { Load } from '../../test/cluster/gateway/load.ts';
import { imageOf } from '../../test/cluster/images.ts';
import { loadSummarySchema, type Sized, sizedBody } from '../../test/cluster/installation.ts';
import type { KernelCounters } from '../../test/cluster/kernel-counters.ts';
import { eventually } from '../../test/support/eventually.ts';
import { callArguments, durationsOf, type Place } from './place.ts';

const run = promisify(execFile);
const PATIENT = { timeoutMs: 120_000, everyMs: 200 };
const fromHere = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const LOADER = fromHere('../../test/cluster/gateway/load.ts');

/** The local platform in this process, with the suite and the functions; load comes from processes of its own. */
export async function localPlace(functions: readonly Sized[]): Promise<Place> {
  const directory = await mkdtemp(join(tmpdir(), 'foresize-latency-'));
  const images = new Map<string, Image>();
  const log = pino({ level: 'silent' });
  const platform = await startPlatform({ directory, images, log, port: 0, metricsPort: 0 });
  const gateway = createGatewayClient({ url: platform.gatewayUrl, credentials: platform.credentials });
  const { signal } = new AbortController();
  const deploy = (body: DeployBody) => gateway.deploy(body, signal);
  const podOf = (name: string): Promise<Pod> => eventually(() => onlyPod(platform, name), PATIENT);
  const stop = async (): Promise<void> => {
    await platform.stop();
    await rm(directory, { recursive: true, force: true });
  };
  try {
    const suite = suiteOf(platform);
    for (const [name, image] of await bundles(suite, directory)) images.set(name, image);
    for (const body of [...deployBodies(suite), ...functions.map(sizedBody)]) await deploy(body);
    for (const { name } of [...suite.functions, ...functions]) await podOf(name);
  } catch (error) {
    await stop();
    throw error;
  }
  const url = (name: string): string => `${platform.gatewayUrl}/function/${name}`;
  return {
    name: `the local platform: ${platform.workloads.enforcement.summary}`,
    stop,
    async redeploy(sized) {
      const before = await podOf(sized.name);
      await deploy(sizedBody(sized));
      await eventually(async () => (await podOf(sized.name)).uid !== before.uid, PATIENT);
    },
    async limit(name, cpuCores) {
      const { desired, name: pod } = await podOf(name);
      platform.workloads.resize(platform.namespace, pod, { ...desired, cpuLimitCores: cpuCores });
      await eventually(async () => (await podOf(name)).inForce.cpuLimitCores === cpuCores, PATIENT);
    },
    async inForce(name) {
      const { inForce, restarts } = await podOf(name);
      return { ...inForce, restarts };
    },
    counters: async (name) => freshCounters(platform, await podOf(name)),
    async load(name, wish) {
      const load: Load = { pattern: 'random', url: url(name), ...wish };
      const env = { ...process.env, LOAD: JSON.stringify(load) };
      const { stdout } = await run(process.execPath, ['--import', 'tsx', LOADER], { env });
      return loadSummarySchema.parse(JSON.parse(stdout));
    },
    async callInTurn(name, calls) {
      const { stdout } = await run(process.execPath, callArguments(url(name), calls));
      return durationsOf(stdout);
    },
  };
}

function onlyPod({ workloads, namespace }: Platform, name: string): Pod | undefined {
  const pods = workloads.pods(namespace).filter(({ functionName }) => functionName === name);
  return pods.length === 1 && pods[0]?.ready === true ? pods[0] : undefined;
}

function suiteOf({ gatewayUrl, metricsUrl }: Platform): Stack {
  const environment = { ...process.env, GATEWAY_URL: gatewayUrl, GATEWAY_METRICS_URL: metricsUrl };
  const stack = readStack(fromHere('../../stack.yml'), environment);
  return { ...stack, functions: stack.functions.filter(({ name }) => name !== 'qrcode') };
}

async function bundles(suite: Stack, directory: string): Promise<ReadonlyMap<string, Image>> {
  const { path } = await bundleFunction({
    templateDir: fromHere('../../template/typescript'),
    handlerDir: fromHere('../../test/cluster/workload'),
    outDir: join(directory, 'bundles/workload'),
  });
  const built = await buildImages(suite, join(directory, 'bundles'));
  return new Map([...built, [imageOf('workload'), { kind: 'bundle', bundlePath: path }]]);
}

/** From a sample that began after this call. */
async function freshCounters({ workloads }: Platform, { uid }: Pod): Promise<KernelCounters> {
  const fromMs = Date.now();
  const sample = await eventually(
    () => workloads.counters().find(({ podUid, atMs }) => podUid === uid && atMs > fromMs),
    PATIENT,
  );
  const { cpuSeconds, throttledSeconds, throttledPeriods } = sample;
  return { cpuSeconds, throttledSeconds: throttledSeconds ?? 0, throttledPeriods: throttledPeriods ?? 0 };
}
