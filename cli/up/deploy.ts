import { ForesizeError } from '#core/errors/error.ts';
import { formatDurationMs } from '#core/units/duration.ts';
import { createGatewayClient } from '#platform/gateway/client.ts';
import { deployBodies } from '#platform/stack/deploy-body.ts';
import type { Stack } from '#platform/stack/read-stack.ts';
import type { Platform } from '../../local/platform.ts';

/** Far longer than a start takes under any limit that lets a function start at all. */
const READY_WITHIN_MS = 120_000;
const TOLD_LINES = 3;

/**
 * Deploys the stack through the gateway, as faas-cli does, and waits until every function has a ready replica; `onWait`
 * is told which are still awaited. Throws `gateway-refused`, and `no-ready-replica` with the last log lines.
 */
export async function deployStack(
  stack: Stack,
  platform: Platform,
  signal: AbortSignal,
  onWait: (names: readonly string[]) => void = () => undefined,
  readyWithinMs = READY_WITHIN_MS,
): Promise<void> {
  const gateway = createGatewayClient({ url: platform.gatewayUrl, credentials: platform.credentials });
  for (const body of deployBodies(stack)) await gateway.deploy(body, signal);
  const late = AbortSignal.timeout(readyWithinMs);
  let awaited = stack.functions.map(({ name }) => name);
  await untilReady(platform, awaited, AbortSignal.any([signal, late]), (names) => {
    awaited = [...names];
    onWait(names);
  });
  if (late.aborted && !signal.aborted && awaited.length > 0)
    throw neverReady(platform, awaited, readyWithinMs);
}

/** Resolves when all are ready, or `signal` is aborted. */
async function untilReady(
  { workloads, namespace }: Platform,
  names: readonly string[],
  signal: AbortSignal,
  onWait: (names: readonly string[]) => void,
): Promise<void> {
  let told = -1;
  await new Promise<void>((resolve) => {
    const finish = (): void => {
      unsubscribe();
      signal.removeEventListener('abort', finish);
      resolve();
    };
    const look = (): void => {
      const ready = new Set(
        workloads
          .pods(namespace)
          .filter((pod) => pod.ready)
          .map(({ functionName }) => functionName),
      );
      const awaited = names.filter((name) => !ready.has(name));
      if (awaited.length !== told) onWait(awaited);
      told = awaited.length;
      if (awaited.length === 0 || signal.aborted) finish();
    };
    const unsubscribe = workloads.subscribe(look);
    signal.addEventListener('abort', finish);
    look();
  });
}

function neverReady(
  { workloads, namespace }: Platform,
  names: readonly string[],
  afterMs: number,
): ForesizeError {
  const told = names.map((name) => {
    const pod = workloads.pods(namespace).find(({ functionName }) => functionName === name);
    const state = pod ? `${pod.waiting ?? pod.phase}, restarts ${pod.restarts}` : 'no pod';
    const lines = workloads.logs(namespace, name).slice(-TOLD_LINES);
    const log = lines.map(({ text }) => `\n  ${text}`).join('');
    return `${name} is not ready after ${formatDurationMs(afterMs)} (${state})${log}`;
  });
  return new ForesizeError('no-ready-replica', told.join('\n'));
}
