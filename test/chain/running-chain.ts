import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import getPort from 'get-port';
import type { Decision } from '#core/messages/decision.ts';
import { createSigner, type Signer } from '#platform/signatures/signer.ts';
import { readStack, type Stack } from '#platform/stack/read-stack.ts';
import { decisionOf } from '../../cli/live/decisions.ts';
import { deployStack } from '../../cli/up/deploy.ts';
import { buildImages } from '../../cli/up/images.ts';
import type { Call } from '../../invoker/call.ts';
import { invoke } from '../../invoker/invoke.ts';
import { type Platform, startPlatform } from '../../local/platform.ts';
import type { Pod, WorkloadEvent } from '../../local/workloads/model.ts';
import { SILENT_LOG } from '../support/silent-log.ts';

/**
 * On a busy machine a function starved under its limit fails its probes before a cycle could rescue it. A kill after a
 * minute leaves the chain the time to decide.
 */
export const PATIENT_PROBES = { failures: 30 };

export interface ChainOptions {
  /** Variables that stack.yml reads, beside the platform's addresses. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly enforcement?: 'emulated' | 'none';
}

/** The whole stack on a local platform of its own, as `foresize up` brings it up. */
export interface RunningChain {
  readonly platform: Platform;
  readonly stack: Stack;
  /** Signs with the platform's own key. */
  readonly signer: Signer;
  /** All decisions so far. */
  readonly decisions: readonly Decision[];
  /** The first decision, past or to come, that `matches`. */
  decisionThat(matches: (decision: Decision) => boolean): Promise<Decision>;
  /** Resolves with the first thing, now or after an event, that `look` finds. */
  until<T>(look: (event?: WorkloadEvent) => T | undefined): Promise<T>;
  /** The only pod of a function. */
  pod(functionName: string): Pod;
  /** Calls a function through the gateway. */
  call(
    functionName: string,
    body: string | Uint8Array<ArrayBuffer>,
    headers?: Readonly<Record<string, string>>,
  ): Promise<Response>;
  /** Random calls to qrcode, as the demonstration's but more of them, until the chain ends. */
  load(onCall?: (call: Call) => void): void;
  stop(): Promise<void>;
}

export async function startChain({ environment, enforcement }: ChainOptions = {}): Promise<RunningChain> {
  const directory = await mkdtemp(join(tmpdir(), 'foresize-chain-'));
  const [port, metricsPort] = [await getPort(), await getPort()];
  const stack = readStack('stack.yml', {
    GATEWAY_URL: `http://127.0.0.1:${port}`,
    GATEWAY_METRICS_URL: `http://127.0.0.1:${metricsPort}/metrics`,
    ...environment,
  });
  const images = await buildImages(stack, join(directory, 'bundles'));
  const platform = await startPlatform({
    directory,
    images,
    port,
    metricsPort,
    enforcement,
    probes: PATIENT_PROBES,
    log: SILENT_LOG,
  });
  const chain = watch(platform, stack, directory);
  try {
    await deployStack(stack, platform, AbortSignal.timeout(30_000));
    return chain;
  } catch (error) {
    await chain.stop();
    throw error;
  }
}

function watch(platform: Platform, stack: Stack, directory: string): RunningChain {
  const { workloads, namespace, gatewayUrl, secrets } = platform;
  const key = secrets.files(namespace, 'foresize-key')?.get('foresize-key') ?? new Uint8Array();
  const decisions: Decision[] = [];
  const ending = new AbortController();
  workloads.subscribe((event) => {
    const decision = event.kind === 'log' ? decisionOf(event.line.text) : undefined;
    if (decision) decisions.push(decision);
  });
  const until = <T>(look: (event?: WorkloadEvent) => T | undefined): Promise<T> =>
    new Promise((resolve, reject) => {
      const attempt = (event?: WorkloadEvent): void => {
        try {
          const found = look(event);
          if (found === undefined) return;
          unsubscribe();
          resolve(found);
        } catch (error) {
          unsubscribe();
          reject(error instanceof Error ? error : new Error(String(error)));
        }
      };
      const unsubscribe = workloads.subscribe(attempt);
      attempt();
    });
  let loaded: Promise<unknown> = Promise.resolve();
  return {
    platform,
    stack,
    signer: createSigner(Buffer.from(key).toString('utf8')),
    decisions,
    until,
    decisionThat: (matches) => until(() => decisions.find(matches)),
    pod(functionName) {
      const pods = workloads.pods(namespace).filter((pod) => pod.functionName === functionName);
      const [pod] = pods;
      if (pod === undefined || pods.length > 1) throw new Error(`${functionName} has ${pods.length} pods`);
      return pod;
    },
    call: (functionName, body, headers = {}) =>
      fetch(`${gatewayUrl}/function/${functionName}`, { method: 'POST', body, headers }),
    load(onCall = () => undefined) {
      loaded = invoke({
        target: { url: `${gatewayUrl}/function/qrcode`, timeoutMs: 30_000 },
        pattern: 'random',
        ratePerMinute: 240,
        leastPerMinute: 180,
        spread: true,
        durationMs: Infinity,
        periodMs: 60_000,
        seed: 1,
        payload: { kind: 'uniform', least: 8, most: 64 },
        concurrency: 64,
        signal: ending.signal,
        onCall,
      });
    },
    async stop() {
      ending.abort();
      await loaded;
      await platform.stop();
      await rm(directory, { recursive: true });
    },
  };
}
