import { loadYaml, type V1Deployment, type V1Pod, type V1Service } from '@kubernetes/client-node';
import * as z from 'zod';
import { deployBodies } from '#platform/stack/deploy-body.ts';
import type { DeployBody } from '#platform/gateway/schemas.ts';
import { readStack } from '#platform/stack/read-stack.ts';
import { eventually } from '../support/eventually.ts';
import { repository } from '../template/shrink-wrap.ts';
import { type Cluster, createNamespace, execIn, isReady, openCluster, podsOf } from './cluster.ts';
import { type DecisionWatch, watchDecisions } from './decisions.ts';
import { functionDeployment, functionService } from './function-objects.ts';
import { installIdentities, removeIdentities, SECRET_KEYS } from './identities.ts';
import { buildImages, imageOf } from './images.ts';
import type { Load } from './gateway/load.ts';

/** A function to be sized. */
export interface Sized {
  readonly name: string;
  /** As in images.ts. */
  readonly image: 'qrcode' | 'workload';
  readonly limits: { readonly cpu?: string; readonly memory?: string };
  readonly requests: { readonly cpu?: string; readonly memory?: string };
  /** Without their prefix `foresize/`; on top of `mode: apply` and the gate off. */
  readonly annotations?: Readonly<Record<string, string>>;
  readonly environment?: Readonly<Record<string, string>>;
  readonly replicas?: number;
}

export interface InstallationOptions {
  readonly functions: readonly Sized[];
  /** Variables that stack.yml reads. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** What load.ts prints. */
export const loadSummarySchema = z.object({
  calls: z.number(),
  ok: z.number(),
  errors: z.number(),
  latencyMs: z.object({ p50: z.number(), p95: z.number(), p99: z.number() }).nullable(),
});

export type LoadSummary = z.infer<typeof loadSummarySchema>;

/** Load at random moments; each run has a seed of its own unless one is given. */
export type LoadWish = Pick<Load, 'ratePerMinute' | 'durationMs' | 'body'> & Partial<Pick<Load, 'seed'>>;

/** The suite and the functions it sizes, in a namespace of their own. */
export interface Installation extends DecisionWatch {
  readonly cluster: Cluster;
  readonly namespace: string;
  /** Deploys a function again, as faas-cli does: it rolls out. */
  redeploy(sized: Sized): Promise<void>;
  /** Sends load from within the cluster through the gateway; resolves with what came of it. */
  load(name: string, load: LoadWish): Promise<LoadSummary>;
  /** One call through the gateway; the status, and 0 where none was answered. */
  call(name: string, body: string): Promise<number>;
  remove(): Promise<void>;
}

let made = 0;

/** Installs what stack.yml and deploy/ say, with a stand-in for the gateway, and waits until all of the suite is ready. */
export async function install({ functions, environment }: InstallationOptions): Promise<Installation> {
  await buildImages();
  const cluster = openCluster();
  made += 1;
  const namespace = `foresize-test-${process.pid}-${made}`;
  await createNamespace(cluster, namespace);
  const clusterWide = await installIdentities(cluster, namespace);
  const watch = watchDecisions(cluster, namespace);
  const remove = async (): Promise<void> => {
    await watch.stop();
    await removeIdentities(cluster, clusterWide);
    await cluster.core.deleteNamespace({ name: namespace, gracePeriodSeconds: 0 });
  };
  try {
    const suite = suiteBodies(namespace, environment ?? {});
    await deployAll(cluster, namespace, suite, functions);
    for (const { service } of suite) await anyReady(cluster, namespace, service);
  } catch (error) {
    await remove();
    throw error;
  }
  return {
    ...watch,
    cluster,
    namespace,
    remove,
    redeploy: async (sized) => {
      const body = deploymentOf(sizedBody(sized), sized.replicas);
      await cluster.apps.replaceNamespacedDeployment({ name: sized.name, namespace, body });
    },
    load: (name, load) => runLoad(cluster, namespace, name, load),
    call: (name, body) => callOnce(cluster, namespace, name, body),
  };
}

/** What faas-cli would deploy of the suite, without the demonstration's function. */
function suiteBodies(namespace: string, environment: Readonly<Record<string, string>>): DeployBody[] {
  const gateway = `http://gateway.${namespace}.svc.cluster.local`;
  const stack = readStack(`${repository}/stack.yml`, {
    GATEWAY_URL: `${gateway}:8080`,
    GATEWAY_METRICS_URL: `${gateway}:8082/metrics`,
    FUNCTION_NAMESPACE: namespace,
    ...environment,
  });
  return deployBodies(stack)
    .filter(({ service }) => service !== 'qrcode')
    .map((body) => ({ ...body, image: imageOf(body.service) }));
}

/** What faas-cli would deploy of a function to be sized. */
export function sizedBody({ name, image, limits, requests, annotations, environment }: Sized): DeployBody {
  const own = { mode: 'apply', gate: 'off', ...annotations };
  return {
    service: name,
    image: imageOf(image),
    envVars: { ...environment },
    labels: {},
    annotations: Object.fromEntries(Object.entries(own).map(([key, value]) => [`foresize/${key}`, value])),
    limits,
    requests,
  };
}

let uid = 0;

function deploymentOf(body: DeployBody, replicas = 1): V1Deployment {
  uid += 1;
  return functionDeployment(body, SECRET_KEYS, { uid, replicas });
}

async function deployAll(
  cluster: Cluster,
  namespace: string,
  suite: readonly DeployBody[],
  functions: readonly Sized[],
): Promise<void> {
  const bodies = [
    ...functions.map((sized) => ({ body: sizedBody(sized), replicas: sized.replicas ?? 1 })),
    ...suite.map((body) => ({ body, replicas: 1 })),
  ];
  const served = await Promise.all(
    bodies.map(async ({ body }) => {
      const { spec } = await cluster.core.createNamespacedService({ namespace, body: functionService(body) });
      const origin = `http://${spec?.clusterIP ?? ''}:8080`;
      return { name: body.service, origin, annotations: body.annotations };
    }),
  );
  await deployGateway(cluster, namespace, JSON.stringify(served));
  for (const { body, replicas } of bodies)
    await cluster.apps.createNamespacedDeployment({ namespace, body: deploymentOf(body, replicas) });
}

async function deployGateway({ core, apps }: Cluster, namespace: string, functions: string): Promise<void> {
  const labels = { app: 'gateway' };
  const deployment = {
    metadata: { name: 'gateway' },
    spec: {
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          terminationGracePeriodSeconds: 1,
          containers: [
            {
              name: 'gateway',
              image: imageOf('gateway'),
              imagePullPolicy: 'IfNotPresent',
              env: [
                { name: 'NAMESPACE', value: namespace },
                { name: 'FUNCTIONS', value: functions },
              ],
              readinessProbe: { httpGet: { path: '/healthz', port: 8080 }, periodSeconds: 2 },
            },
          ],
        },
      },
    },
  };
  const ports = [8080, 8082].map((port) => ({ name: `port-${port}`, port }));
  const service = { metadata: { name: 'gateway' }, spec: { selector: labels, ports } };
  await apps.createNamespacedDeployment({
    namespace,
    body: loadYaml<V1Deployment>(JSON.stringify(deployment)),
  });
  await core.createNamespacedService({ namespace, body: loadYaml<V1Service>(JSON.stringify(service)) });
}

/** Waits for a pod of the function to be ready, and returns it. */
export function anyReady(cluster: Cluster, namespace: string, name: string): Promise<V1Pod> {
  return eventually(
    async () => (await podsOf(cluster, namespace, name)).find(isReady),
    // An image may still be on its way to the node, and the machine busy.
    { timeoutMs: 240_000, everyMs: 500 },
  );
}

const gatewayUrl = (name: string): string => `http://gateway:8080/function/${name}`;

let loads = 0;

async function runLoad(
  { core }: Cluster,
  namespace: string,
  name: string,
  wanted: LoadWish,
): Promise<LoadSummary> {
  loads += 1;
  const load: Load = { pattern: 'random', seed: loads, url: gatewayUrl(name), ...wanted };
  const pod = `load-${loads}`;
  await core.createNamespacedPod({ namespace, body: loadPod(pod, load) });
  return eventually(
    async () => {
      const { status } = await core.readNamespacedPod({ name: pod, namespace });
      if (status?.phase !== 'Succeeded') throw new Error(`${pod}: ${status?.phase ?? ''}`);
      const text = await core.readNamespacedPodLog({ name: pod, namespace });
      return loadSummarySchema.parse(JSON.parse(text.trim().split('\n').at(-1) ?? ''));
    },
    { timeoutMs: wanted.durationMs + 180_000, everyMs: 1000 },
  );
}

function loadPod(name: string, load: Load): V1Pod {
  const container = {
    name: 'load',
    image: imageOf('gateway'),
    imagePullPolicy: 'IfNotPresent',
    command: ['node', 'load.mjs'],
    env: [{ name: 'LOAD', value: JSON.stringify(load) }],
  };
  const spec = { restartPolicy: 'Never', terminationGracePeriodSeconds: 0, containers: [container] };
  return loadYaml<V1Pod>(JSON.stringify({ metadata: { name }, spec }));
}

const CALL = `
fetch(process.argv[1], { method: 'POST', body: process.argv[2] })
  .then((answer) => console.log(answer.status), () => console.log(0));
`;

async function callOnce(cluster: Cluster, namespace: string, name: string, body: string): Promise<number> {
  const url = `http://127.0.0.1:8080/function/${name}`;
  return Number((await runInGateway(cluster, namespace, ['node', '-e', CALL, url, body])).trim());
}

/** What a command prints in the gateway's own pod, from which nothing has to be reached from outside the cluster. */
export async function runInGateway(
  cluster: Cluster,
  namespace: string,
  command: readonly string[],
): Promise<string> {
  const { items } = await cluster.core.listNamespacedPod({ namespace, labelSelector: 'app=gateway' });
  return (await execIn(cluster, namespace, items[0]?.metadata?.name ?? '', command)).stdout;
}
