import { createGatewayClient } from '#platform/gateway/client.ts';
import { deployBodies } from '#platform/stack/deploy-body.ts';
import type { Stack } from '#platform/stack/read-stack.ts';
import type { Platform } from '../../local/platform.ts';

/** Deploys the stack through the gateway, as faas-cli does, and waits until every function has a ready replica. */
export async function deployStack(stack: Stack, platform: Platform, signal: AbortSignal): Promise<void> {
  const gateway = createGatewayClient({ url: platform.gatewayUrl, credentials: platform.credentials });
  for (const body of deployBodies(stack)) await gateway.deploy(body, signal);
  await untilReady(
    platform,
    stack.functions.map(({ name }) => name),
    signal,
  );
}

async function untilReady(
  { workloads, namespace }: Platform,
  names: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  const isReady = (name: string): boolean =>
    workloads.pods(namespace).some((pod) => pod.functionName === name && pod.ready);
  await new Promise<void>((resolve, reject) => {
    const finish = (settle: () => void): void => {
      unsubscribe();
      signal.removeEventListener('abort', onAbort);
      settle();
    };
    const onAbort = (): void => {
      finish(() => {
        reject(new DOMException('interrupted', 'AbortError'));
      });
    };
    const look = (): void => {
      if (names.every(isReady)) finish(resolve);
    };
    const unsubscribe = workloads.subscribe(look);
    signal.addEventListener('abort', onAbort);
    look();
  });
}
