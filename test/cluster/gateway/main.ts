import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import * as z from 'zod';
import { createCron } from '../../../local/cron/cron.ts';
import { createGateway } from '../../../local/gateway/gateway.ts';
import { createNamespaces } from '../../../local/namespaces/namespaces.ts';
import { createSecretStore } from '../../../local/secrets/file-store.ts';
import { clusterWorkloads } from './cluster-workloads.ts';

const environmentSchema = z.object({
  NAMESPACE: z.string(),
  /** The functions to be called, and where. */
  FUNCTIONS: z
    .string()
    .transform((text): unknown => JSON.parse(text))
    .pipe(
      z.array(
        z.object({
          name: z.string(),
          origin: z.string(),
          annotations: z.record(z.string(), z.string()),
        }),
      ),
    ),
});

const environment = environmentSchema.parse(process.env);
const log = pino();
const workloads = clusterWorkloads(environment.NAMESPACE, environment.FUNCTIONS);
const gateway = await createGateway({
  workloads,
  secrets: createSecretStore(join(tmpdir(), 'secrets')),
  namespaces: createNamespaces(),
  credentials: { user: 'admin', password: 'nothing is administered here' },
  log,
  host: '0.0.0.0',
});
const cron = createCron({ workloads, gatewayUrl: 'http://127.0.0.1:8080', log });
process.once('SIGTERM', () => {
  void cron
    .close()
    .then(() => gateway.close())
    .then(() => process.exit(0));
});
