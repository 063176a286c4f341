import { setMaxListeners } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { cpus, totalmem } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Command } from '@commander-js/extra-typings';
import { pino } from 'pino';
import * as z from 'zod';
import { parseDurationMs } from '#core/units/duration.ts';
import { connectKubernetes } from '#platform/kubernetes/connect.ts';
import { createKubernetesWorkloads } from '#platform/kubernetes/workloads.ts';
import { createScrapeSource } from '#platform/sources/scrape.ts';
import { PATTERNS } from '../../invoker/arrivals.ts';
import { invoke } from '../../invoker/invoke.ts';
import { parsePayloadSizes } from '../../invoker/payloads.ts';
import { seededRandom } from '../../invoker/random.ts';
import { type Platform, startPlatform } from '../../local/platform.ts';
import type { RecordedFunction, Session } from '../../training/recordings/format.ts';
import { bundleWorkloads, Fleet } from './fleet.ts';
import { planDisturbances, planFunctions } from './plan.ts';
import { SessionWriter } from './session-writer.ts';

const SCRAPE_MS = 15_000;
const CALL_TIMEOUT_MS = 30_000;

interface Recording {
  readonly platform: Platform;
  readonly fleet: Fleet;
  readonly writer: SessionWriter;
  readonly session: Session;
  readonly directory: string;
  readonly durationMs: number;
  readonly seed: number;
  readonly signal: AbortSignal;
}

function say(text: string): void {
  process.stdout.write(`${new Date().toISOString()} ${text}\n`);
}

function describe(platform: Platform, name: string, functions: readonly RecordedFunction[]): Session {
  const { enforcement } = platform.workloads;
  return {
    version: 1,
    name,
    startedAtMs: Date.now(),
    endedAtMs: null,
    scrapeMs: SCRAPE_MS,
    namespace: platform.namespace,
    machine: {
      cores: cpus().length,
      memoryBytes: totalmem(),
      platform: process.platform,
      node: process.version,
      enforcement: `${enforcement.kind}: ${enforcement.summary}`,
    },
    functions: [...functions],
  };
}

/** Reads everything every 15 s until the signal, and once more. A read that fails is told and costs its samples. */
async function scrapeAll({ platform, writer, session, signal }: Recording): Promise<void> {
  const { url, caPem, identities, host, port } = platform.kubernetes;
  const { token } = identities.reader;
  const kubernetes = connectKubernetes({ host, port, caPem, token, namespace: platform.namespace });
  const workloads = createKubernetesWorkloads(kubernetes);
  const source = createScrapeSource({
    kubernetes: { url, token, ca: caPem },
    nodes: () => Promise.resolve([platform.workloads.nodeName]),
    gatewayMetricsUrl: platform.metricsUrl,
    namespaces: [platform.namespace],
    windowMs: 10 * SCRAPE_MS,
    clock: Date.now,
    onProblem: say,
  });
  const never = new AbortController().signal;
  const once = async (): Promise<void> => {
    const { containers, calls } = await source.read(session.startedAtMs, never);
    writer.containers(containers);
    writer.calls(calls);
    writer.pods(Date.now(), await workloads.podFacts(never));
    await writer.flush();
  };
  for (let nextMs = Date.now(); ; nextMs += SCRAPE_MS) {
    await pause(Math.max(0, nextMs - Date.now()), undefined, { signal }).catch(() => undefined);
    await once().catch((error: unknown) => {
      say(`a read failed: ${String(error)}`);
    });
    if (signal.aborted) break;
  }
  await source.stop();
  kubernetes.close();
}

/** The load of one function. It begins at a moment of its own, or all bursts would come at once. */
async function load(entry: RecordedFunction, recording: Recording): Promise<void> {
  const { platform, directory, durationMs, signal } = recording;
  const offsetMs = Math.round(
    seededRandom(entry.seed)() * Math.min(durationMs, Math.max(60_000, entry.periodMs)),
  );
  const waitMs = entry.pattern === 'burst' || entry.pattern === 'random' ? offsetMs : 0;
  await pause(waitMs, undefined, { signal }).catch(() => undefined);
  if (signal.aborted) return;
  await invoke({
    target: { url: `${platform.gatewayUrl}/function/${entry.name}`, timeoutMs: CALL_TIMEOUT_MS },
    pattern: z.enum(PATTERNS).parse(entry.pattern),
    ratePerMinute: entry.ratePerMinute,
    durationMs: Math.max(1, durationMs - waitMs),
    periodMs: entry.periodMs,
    seed: entry.seed,
    spread: entry.spread,
    payload: parsePayloadSizes(entry.payload),
    concurrency: entry.concurrency,
    record: { calls: join(directory, entry.name, 'calls.csv') },
    signal,
  });
}

async function disturb({ session, fleet, writer, durationMs, seed, signal }: Recording): Promise<void> {
  for (const { afterMs, functionName, kind } of planDisturbances(session.functions, durationMs, seed)) {
    const dueMs = session.startedAtMs + afterMs;
    await pause(Math.max(0, dueMs - Date.now()), undefined, { signal }).catch(() => undefined);
    if (signal.aborted) return;
    try {
      if (kind === 'kill') fleet.kill(functionName);
      else await fleet.redeploy(functionName, signal);
      writer.event(Date.now(), functionName, kind);
      say(`${kind} ${functionName}`);
    } catch (error) {
      say(`${kind} of ${functionName} failed: ${String(error)}`);
    }
  }
}

async function record(recording: Recording): Promise<void> {
  const { session, writer, durationMs, signal } = recording;
  const over = new AbortController();
  const scraping = scrapeAll({ ...recording, signal: over.signal });
  const late = AbortSignal.any([signal, AbortSignal.timeout(durationMs)]);
  const loads = session.functions.map((entry) => load(entry, { ...recording, signal: late }));
  const results = await Promise.allSettled([...loads, disturb({ ...recording, signal: late })]);
  for (const result of results)
    if (result.status === 'rejected') say(`a load failed: ${String(result.reason)}`);
  over.abort();
  await scraping;
  await writer.describe({ ...session, endedAtMs: Date.now() });
}

async function run(options: { out: string; duration: number; seed: number; name: string }): Promise<void> {
  const interrupted = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.on(name, () => {
      interrupted.abort();
    });
  }
  const { signal } = interrupted;
  // Every load listens to it.
  setMaxListeners(0, signal);
  const directory = join(resolve(options.out), options.name);
  const stateDirectory = join(resolve(options.out), `${options.name}.platform`);
  await mkdir(stateDirectory, { recursive: true });
  say('bundling');
  const images = await bundleWorkloads(join(stateDirectory, 'bundles'));
  const log = pino(pino.destination({ dest: join(stateDirectory, 'platform.log'), sync: false }));
  const platform = await startPlatform({ directory: stateDirectory, images, log, port: 0, metricsPort: 0 });
  try {
    const functions = planFunctions(options.seed);
    const fleet = new Fleet(platform, functions, say);
    say(`deploying ${functions.length} functions: ${platform.workloads.enforcement.summary}`);
    await fleet.deployAll(signal);
    const session = describe(platform, options.name, functions);
    const writer = await SessionWriter.create(directory, session);
    say(`recording to ${directory}`);
    const { duration: durationMs, seed } = options;
    await record({ platform, fleet, writer, session, directory, durationMs, seed, signal });
    fleet.close();
    say('done');
  } finally {
    await platform.stop();
  }
}

await new Command('record-workloads')
  .description('Record the raw counters and calls of real workloads under every pattern of load')
  .requiredOption('--out <directory>', 'where the session is written')
  .option('--name <session>', 'name of the session', new Date().toISOString().slice(0, 10))
  .option('--duration <time>', 'how long', parseDurationMs, 95 * 60_000)
  .option('--seed <number>', 'the same seed makes the same plan', Number, 1)
  .action(run)
  .parseAsync();
