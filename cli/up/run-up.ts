import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { stop } from 'esbuild';
import { type Logger, pino } from 'pino';
import { ForesizeError } from '#core/errors/error.ts';
import { readStack, type Stack } from '#platform/stack/read-stack.ts';
import type { Image } from '../../local/images/image.ts';
import { type Platform, startPlatform } from '../../local/platform.ts';
import { createStory } from '../live/story.ts';
import { deployStack } from './deploy.ts';
import { createDisplay, type Display } from './display.ts';
import { buildImages } from './images.ts';
import { type Interruption, untilInterrupted } from './interruption.ts';
import type { PageServer } from '../page/page-server.ts';
import { startLocalPage } from './local-page.ts';
import { sendLoad } from './send-load.ts';
import { type Outcome, summarise } from './summary.ts';
import { watchDecisions } from './watch-decisions.ts';

export interface UpOptions {
  readonly stack: string;
  readonly port: number;
  readonly metricsPort: number;
  /** 0 serves no page; undefined takes the usual port, or a free one. */
  readonly pagePort?: number | undefined;
  /** Ends by itself this many ms after the functions are ready. */
  readonly for?: number | undefined;
  /** The function to send load to; null for none. */
  readonly load: string | null;
  /** Calls a minute. */
  readonly rate: number;
  readonly limits?: 'emulated' | 'none' | undefined;
  readonly directory: string;
  readonly json?: true | undefined;
  readonly quiet?: true | undefined;
}

/**
 * Brings the platform up, runs until interrupted or `for` is over, and ends it. The exit code. Throws `stack-invalid`,
 * `stack-unreadable`, `load-target-unknown`, `bundle-failed`, `bundle-unwritable`, `port-in-use`, `platform-running`,
 * `gateway-refused` and `no-ready-replica`; what was started by then is ended.
 */
export async function runUp(options: UpOptions): Promise<number> {
  requireTarget(options.load, readStack(options.stack, process.env));
  const display = createDisplay(options);
  const interruption = untilInterrupted(options.for, () => {
    display.progress('still ending the functions');
  });
  try {
    return await run(options, display, interruption);
  } finally {
    display.close();
    interruption.release();
  }
}

async function run(options: UpOptions, display: Display, interruption: Interruption): Promise<number> {
  const images = new Map<string, Image>();
  display.progress('starting the platform');
  // First of all: this claims the directory and the ports, and nothing of another platform is touched before.
  const platform = await bringUp(options, images, display);
  let page: PageServer | null = null;
  try {
    page = await openPage(options, platform, display);
    display.ready(platform, page?.url ?? null);
    const story = createStory(options.load ?? '');
    if (!(await deployed(options, platform, images, display, interruption.signal)))
      return codeOf(interruption);
    const unsubscribe = watchDecisions(platform, (decision) => {
      story.onDecision(decision);
      display.decision(decision);
    });
    interruption.startClock();
    display.watch(platform, story);
    await sendLoad(options, platform, story, interruption.signal);
    unsubscribe();
    const outcome = summarise(options.load, platform, story);
    display.end(outcome);
    return exitCode(options, outcome, interruption);
  } finally {
    display.progress('ending the functions');
    await page?.close();
    await platform.stop();
  }
}

/** A wrong name is told before anything is started. */
function requireTarget(load: string | null, { path, functions }: Stack): void {
  const names = functions.map(({ name }) => name);
  if (load === null || names.includes(load)) return;
  throw new ForesizeError(
    'load-target-unknown',
    `there is no function ${load} to send load to: ${path} has ${names.join(', ') || 'none'}`,
  );
}

async function bringUp(
  options: UpOptions,
  images: ReadonlyMap<string, Image>,
  display: Display,
): Promise<Platform> {
  const directory = resolve(options.directory);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  return startPlatform({
    directory,
    images,
    port: options.port,
    metricsPort: options.metricsPort,
    enforcement: options.limits,
    log: openLog(directory),
    onRefusedSchedule: ({ name, schedule, reason }) => {
      display.warning(`${name}: schedule ${JSON.stringify(schedule)} is not in force: ${reason}`);
    },
  });
}

/** Told once of each problem: the page asks again every few seconds. */
async function openPage(
  { pagePort }: UpOptions,
  platform: Platform,
  display: Display,
): Promise<PageServer | null> {
  if (pagePort === 0) return null;
  const told = new Set<string>();
  return startLocalPage(platform, {
    port: pagePort,
    onProblem: (error) => {
      const problem = error instanceof Error ? error.message : String(error);
      if (!told.has(problem)) display.warning(`the page: ${problem}`);
      told.add(problem);
    },
  });
}

function openLog(directory: string): Logger {
  const file = pino.destination({ dest: join(directory, 'platform.log'), mkdir: true, sync: true });
  // A full disk costs lines of the log, not the platform and its functions.
  file.on('error', () => undefined);
  return pino(file);
}

/** Bundles and deploys the stack; false if the run was ended before all was ready. */
async function deployed(
  options: UpOptions,
  platform: Platform,
  images: Map<string, Image>,
  display: Display,
  signal: AbortSignal,
): Promise<boolean> {
  const stack = readStack(options.stack, environmentOf(platform));
  display.progress(`bundling ${stack.functions.map(({ name }) => name).join(', ')}`);
  const built = await buildImages(stack, join(resolve(options.directory), 'bundles'));
  // The bundler keeps some hundred MB in a process of its own, and is not needed any more.
  await stop();
  for (const [name, image] of built) images.set(name, image);
  try {
    if (!signal.aborted) {
      await deployStack(stack, platform, signal, (names) => {
        if (names.length > 0) display.progress(`waiting for ${names.join(', ')} to be ready`);
      });
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  return !signal.aborted;
}

/** The variables that stack.yml reads, with the addresses of this platform in place of a cluster's. */
function environmentOf({ gatewayUrl, metricsUrl }: Platform): NodeJS.ProcessEnv {
  return { ...process.env, GATEWAY_URL: gatewayUrl, GATEWAY_METRICS_URL: metricsUrl };
}

/** With a time limit it is a check: 0 only if a resize was applied and nothing was restarted. */
function exitCode(options: UpOptions, { resizes, restarts }: Outcome, interruption: Interruption): number {
  if (interruption.reason !== 'time-is-up') return options.for === undefined ? 0 : codeOf(interruption);
  if (options.load === null) return 0;
  return resizes > 0 && restarts === 0 ? 0 : 1;
}

/** As a shell gives it for SIGINT and SIGPIPE. */
function codeOf({ reason }: Interruption): number {
  return reason === 'output-closed' ? 141 : 130;
}
