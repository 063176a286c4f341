import { setMaxListeners } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { cpus, totalmem } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Command } from '@commander-js/extra-typings';
import { pino } from 'pino';
import { parseDurationMs } from '#core/units/duration.ts';
import { type Platform, startPlatform } from '../../local/platform.ts';
import type { RecordedFunction, Session } from '../../training/recordings/format.ts';
import { bundleWorkloads, Fleet } from './fleet.ts';
import { sendLoad } from './load.ts';
import { type Disturbance, planDisturbances, planFunctions } from './plan.ts';
import { SCRAPE_MS, scrapeUntil } from './scrape-loop.ts';
import { SessionWriter } from './session-writer.ts';

interface Options {
  readonly out: string;
  readonly name: string;
  readonly duration: number;
  readonly seed: number;
}

interface Recording {
  readonly platform: Platform;
  readonly fleet: Fleet;
  readonly writer: SessionWriter;
  readonly session: Session;
  readonly directory: string;
  readonly options: Options;
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

async function disturb(
  { session, fleet, writer }: Recording,
  planned: readonly Disturbance[],
  signal: AbortSignal,
): Promise<void> {
  for (const { afterMs, functionName, kind } of planned) {
    const waitMs = session.startedAtMs + afterMs - Date.now();
    await pause(Math.max(0, waitMs), undefined, { signal }).catch(() => undefined);
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

/** Loads and disturbances until the time is up or `signal` is aborted, and the counters meanwhile. */
async function record(recording: Recording, signal: AbortSignal): Promise<void> {
  const { platform, session, writer, directory, options } = recording;
  const { duration: durationMs, seed } = options;
  const over = new AbortController();
  const scraping = scrapeUntil(platform, writer, say, over.signal);
  const late = AbortSignal.any([signal, AbortSignal.timeout(durationMs)]);
  setMaxListeners(0, late); // Every load listens to it.
  const load = { gatewayUrl: platform.gatewayUrl, directory, durationMs, signal: late };
  const results = await Promise.allSettled([
    ...session.functions.map((entry) => sendLoad(entry, load)),
    disturb(recording, planDisturbances(session.functions, durationMs, seed), late),
  ]);
  for (const result of results) {
    if (result.status === 'rejected') say(`a load failed: ${String(result.reason)}`);
  }
  over.abort();
  await scraping;
  await writer.describe({ ...session, endedAtMs: Date.now() });
}

async function recordOn(platform: Platform, options: Options, signal: AbortSignal): Promise<void> {
  const functions = planFunctions(options.seed);
  const fleet = new Fleet(platform, functions, say);
  say(`deploying ${functions.length} functions: ${platform.workloads.enforcement.summary}`);
  await fleet.deployAll(signal);
  const directory = join(resolve(options.out), options.name);
  const session = describe(platform, options.name, functions);
  const writer = await SessionWriter.create(directory, session);
  say(`recording to ${directory}`);
  await record({ platform, fleet, writer, session, directory, options }, signal);
  fleet.close();
  say('done');
}

async function run(options: Options): Promise<void> {
  const interrupted = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.on(name, () => {
      interrupted.abort();
    });
  }
  const directory = join(resolve(options.out), `${options.name}.platform`);
  await mkdir(directory, { recursive: true });
  say('bundling');
  const images = await bundleWorkloads(join(directory, 'bundles'));
  const log = pino(pino.destination({ dest: join(directory, 'platform.log'), sync: false }));
  const platform = await startPlatform({ directory, images, log, port: 0, metricsPort: 0 });
  try {
    await recordOn(platform, options, interrupted.signal);
  } finally {
    await platform.stop();
  }
}

await new Command('record-workloads')
  .description('Record the raw counters and calls of real workloads under every pattern of load')
  .requiredOption('--out <directory>', 'where the session’s folder is made')
  .option('--name <session>', 'name of the session and its folder', new Date().toISOString().slice(0, 10))
  .option('--duration <time>', 'how long, such as 95m', parseDurationMs, 95 * 60_000)
  .option('--seed <number>', 'the same seed makes the same plan', Number, 1)
  .action(run)
  .parseAsync();
