import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pino } from 'pino';
import type { Decision } from '#core/messages/decision.ts';
import { readStack } from '#platform/stack/read-stack.ts';
import { invoke } from '../../invoker/invoke.ts';
import { type Platform, startPlatform } from '../../local/platform.ts';
import { decisionOf } from '../live/decisions.ts';
import { createStory, type Story } from '../live/story.ts';
import { deployStack } from './deploy.ts';
import { createDisplay, type Display } from './display.ts';
import { buildImages } from './images.ts';
import { untilInterrupted } from './interruption.ts';
import { type Outcome, summarise } from './summary.ts';

export interface UpOptions {
  readonly stack: string;
  readonly port: number;
  readonly metricsPort: number;
  /** Ends by itself after this many ms. */
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

/** Brings the platform up, runs until interrupted or `for` is over, and ends it. The exit code. */
export async function runUp(options: UpOptions): Promise<number> {
  const interruption = untilInterrupted(options.for);
  const display = createDisplay(options);
  const story = createStory(options.load ?? '');
  const platform = await bringUp(options, display);
  try {
    display.ready(platform);
    const unsubscribe = watchDecisions(platform, story, display);
    const deployed = deploy(options, platform, interruption.signal);
    await deployed;
    interruption.startClock();
    display.watch(platform, story);
    await load(options, platform, story, display, interruption.signal);
    unsubscribe();
    const outcome = summarise(options.load, platform, story);
    display.end(outcome);
    return exitCode(options, outcome);
  } catch (error) {
    if (!interruption.signal.aborted) throw error;
    return 130;
  } finally {
    display.close();
    await platform.stop();
  }
}

async function bringUp(options: UpOptions, display: Display): Promise<Platform> {
  const directory = resolve(options.directory);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const stack = readStack(options.stack, environmentOf(options));
  display.progress('bundling the functions');
  const images = await buildImages(stack, join(directory, 'bundles'));
  display.progress('starting the platform');
  return startPlatform({
    directory,
    images,
    port: options.port,
    metricsPort: options.metricsPort,
    enforcement: options.limits,
    log: pino(pino.destination({ dest: join(directory, 'platform.log'), mkdir: true, sync: true })),
    onRefusedSchedule: ({ name, schedule, reason }) => {
      display.warning(`${name}: schedule ${JSON.stringify(schedule)} is not in force: ${reason}`);
    },
  });
}

/** The variables that stack.yml reads, with the addresses of this platform in place of a cluster's. */
function environmentOf({ port, metricsPort }: UpOptions): NodeJS.ProcessEnv {
  return {
    ...process.env,
    OPENFAAS_URL: `http://127.0.0.1:${port}`,
    GATEWAY_METRICS_URL: `http://127.0.0.1:${metricsPort}/metrics`,
  };
}

async function deploy(options: UpOptions, platform: Platform, signal: AbortSignal): Promise<void> {
  await deployStack(readStack(options.stack, environmentOf(options)), platform, signal);
}

function watchDecisions({ workloads }: Platform, story: Story, display: Display): () => void {
  const tell = (decision: Decision): void => {
    story.onDecision(decision);
    display.decision(decision);
  };
  return workloads.subscribe((event) => {
    if (event.kind !== 'log' || event.line.name !== 'apply-resources') return;
    const decision = decisionOf(event.line.text);
    if (decision) tell(decision);
  });
}

async function load(
  { load: target, rate }: UpOptions,
  platform: Platform,
  story: Story,
  display: Display,
  signal: AbortSignal,
): Promise<void> {
  if (target === null) {
    await new Promise<void>((done) => {
      signal.addEventListener(
        'abort',
        () => {
          done();
        },
        { once: true },
      );
      if (signal.aborted) done();
    });
    return;
  }
  await invoke({
    target: { url: `${platform.gatewayUrl}/function/${target}`, timeoutMs: 30_000 },
    pattern: 'random',
    ratePerMinute: rate,
    leastPerMinute: Math.max(1, Math.round(0.75 * rate)),
    spread: true,
    durationMs: Infinity,
    periodMs: 60_000,
    seed: 1,
    payload: { kind: 'uniform', least: 8, most: 64 },
    concurrency: 64,
    signal,
    onCall: ({ sentAtMs, latencyMs, outcome }) => {
      if (outcome === 'cancelled') return;
      story.onCall({ startedAtMs: sentAtMs, durationMs: latencyMs, ok: outcome === 'ok' });
      display.changed();
    },
  });
}

/** With a time limit it is a check: 0 only if a resize was applied and nothing was restarted. */
function exitCode(options: UpOptions, { resizes, restarts }: Outcome): number {
  if (options.for === undefined || options.load === null) return 0;
  return resizes > 0 && restarts === 0 ? 0 : 1;
}
