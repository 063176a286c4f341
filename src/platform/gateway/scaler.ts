import type { Scaler, WriteStop } from '#core/chain/ports.ts';
import { ForesizeError } from '#core/errors/error.ts';
import { readSecret } from '../secrets/read-secret.ts';
import { createGatewayClient } from './client.ts';

/** The gateway's own secrets: whoever has them may do everything that the gateway does. */
export const GATEWAY_SECRETS = { user: 'basic-auth-user', password: 'basic-auth-password' } as const;

export interface GatewayScalerOptions {
  /** Base address of the gateway. */
  readonly url: string;
  readonly secretsPath: string;
  /** Asked before each change. */
  readonly writeStop: WriteStop;
}

/**
 * Sets replicas through the gateway's `/system/scale-function`. The credentials are read at each call, and only there:
 * without them everything else goes on, and scaling is refused by the name of the secret that is missing.
 */
export function createGatewayScaler({ url, secretsPath, writeStop }: GatewayScalerOptions): Scaler {
  return {
    async scale({ namespace, name }, replicas, signal) {
      try {
        const user = readSecret(secretsPath, GATEWAY_SECRETS.user);
        const password = readSecret(secretsPath, GATEWAY_SECRETS.password);
        const stop = await writeStop(signal);
        if (stop !== null) return { result: 'refused', detail: stop };
        const gateway = createGatewayClient({ url, credentials: { user, password } });
        await gateway.scale(name, replicas, signal, namespace);
        return { result: 'applied', detail: `scaled to ${replicas}` };
      } catch (error) {
        if (!(error instanceof ForesizeError)) throw error;
        const result = error.code === 'secret-missing' ? 'refused' : 'failed';
        return { result, detail: `${error.code}: ${error.message}. ${error.remedy}` };
      }
    },
  };
}
