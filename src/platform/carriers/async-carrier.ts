import type { Carrier } from '#core/chain/ports.ts';
import { sealUsage } from './seal-usage.ts';
import { expectStatus, type Route } from './sync-carrier.ts';

/**
 * Queues the usage for predict-resources with apply-resources as its callback: the queue-worker carries it on, headers
 * and signature included. `gatewayUrl` is the gateway as the queue-worker reaches it. Throws `hop-failed` if the queue
 * does not take it.
 */
export function createAsyncCarrier(
  { gateway, namespace, signer, clock }: Route,
  gatewayUrl: string,
): Carrier {
  const callback = { 'x-callback-url': `${gatewayUrl}/function/apply-resources.${namespace}` };
  return {
    async carry(usage, signal) {
      const { body, headers } = sealUsage(signer, usage, clock());
      const call = { body, headers: { ...headers, ...callback }, asynchronous: true };
      const answer = await gateway.invoke(`predict-resources.${namespace}`, call, signal);
      expectStatus(answer, 202, 'the queue of predict-resources');
      return null;
    },
  };
}
