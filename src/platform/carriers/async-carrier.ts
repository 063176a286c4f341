import type { Carrier } from '#core/chain/ports.ts';
import type { Signer } from '../signatures/signer.ts';
import type { PostToGateway } from './invoke.ts';
import { sealUsage } from './seal-usage.ts';
import { expectStatus } from './sync-carrier.ts';

/**
 * Queues the usage for predict-resources with apply-resources as its callback: the queue-worker carries it on, headers
 * and signature included. Throws `hop-failed` if the queue does not take it.
 */
export function createAsyncCarrier(
  signer: Signer,
  post: PostToGateway,
  gatewayUrl: string,
  namespace: string,
  now: () => number,
): Carrier {
  return {
    async carry(usage, signal) {
      const { body, headers } = sealUsage(signer, usage, now());
      const callback = { 'x-callback-url': `${gatewayUrl}/function/apply-resources.${namespace}` };
      const answer = await post(
        `/async-function/predict-resources.${namespace}`,
        body,
        { ...headers, ...callback },
        signal,
      );
      expectStatus(answer, 202, 'the queue of predict-resources');
      return null;
    },
  };
}
