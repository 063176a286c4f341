import { arch } from 'node:process';
import { Router } from 'express';
import type { GatewaySettings } from './options.ts';

/** Go's names of the architectures, which clients print. */
const GO_ARCH: Readonly<Record<string, string>> = { x64: 'x86_64', arm64: 'aarch64' };

/** `/info`: release and sha of the provider and of the gateway, both ours. */
export function infoRoutes({ version }: GatewaySettings): Router {
  const router = Router();
  router.get('/info', (_request, response) => {
    response.json({
      provider: { provider: 'foresize-local', version, orchestration: 'local' },
      version: { ...version, commit_message: 'The local platform of Foresize' },
      arch: GO_ARCH[arch] ?? arch,
    });
  });
  return router;
}
