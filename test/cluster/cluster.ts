import { Writable } from 'node:stream';
import {
  AppsV1Api,
  AuthorizationV1Api,
  CoreV1Api,
  Exec,
  KubeConfig,
  RbacAuthorizationV1Api,
  loadYaml,
  type V1Namespace,
  type V1Pod,
} from '@kubernetes/client-node';
import { eventually } from '../support/eventually.ts';

/** The cluster that these tests run on; without it they are skipped. */
export const KUBECONFIG = process.env.KUBECONFIG;

/** For titles of what is skipped without a cluster. */
export const NO_CLUSTER = KUBECONFIG === undefined ? ' (skipped: KUBECONFIG is not set)' : '';

/** An administrator's clients of the cluster. */
export interface Cluster {
  readonly config: KubeConfig;
  readonly core: CoreV1Api;
  readonly apps: AppsV1Api;
  readonly rbac: RbacAuthorizationV1Api;
  readonly authorization: AuthorizationV1Api;
}

export interface ExecResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly ok: boolean;
}

/** Throws without KUBECONFIG. */
export function openCluster(): Cluster {
  if (KUBECONFIG === undefined) throw new Error('KUBECONFIG is not set');
  const config = new KubeConfig();
  config.loadFromFile(KUBECONFIG);
  return clientsOf(config);
}

/** The same cluster as a bearer of `token` sees it. */
export function clusterAs(cluster: Cluster, token: string): Cluster {
  const server = cluster.config.getCurrentCluster();
  if (server === null) throw new Error('the kubeconfig names no cluster');
  const config = new KubeConfig();
  config.loadFromClusterAndUser(server, { name: 'bearer', token });
  return clientsOf(config);
}

function clientsOf(config: KubeConfig): Cluster {
  return {
    config,
    core: config.makeApiClient(CoreV1Api),
    apps: config.makeApiClient(AppsV1Api),
    rbac: config.makeApiClient(RbacAuthorizationV1Api),
    authorization: config.makeApiClient(AuthorizationV1Api),
  };
}

export async function createNamespace({ core }: Cluster, name: string): Promise<void> {
  await core.createNamespace({ body: loadYaml<V1Namespace>(JSON.stringify({ metadata: { name } })) });
}

const EXEC_MS = 60_000;

/** Runs a command in a pod's only container. */
export async function execIn(
  { config }: Cluster,
  namespace: string,
  pod: string,
  command: readonly string[],
): Promise<ExecResult> {
  const [stdout, stderr] = [collector(), collector()];
  const ok = await new Promise<boolean>((resolve, reject) => {
    // A connection that breaks off says nothing more.
    const late = setTimeout(() => {
      reject(new Error(`exec in ${pod}: no end within ${EXEC_MS} ms`));
    }, EXEC_MS);
    new Exec(config)
      .exec(namespace, pod, '', [...command], stdout.stream, stderr.stream, null, false, ({ status }) => {
        clearTimeout(late);
        resolve(status === 'Success');
      })
      .catch((error: unknown) => {
        clearTimeout(late);
        reject(error instanceof Error ? error : new Error(`exec in ${pod}: ${String(error)}`));
      });
  });
  return { stdout: stdout.text(), stderr: stderr.text(), ok };
}

function collector(): { readonly stream: Writable; text(): string } {
  const chunks: Buffer[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      chunks.push(chunk);
      done();
    },
  });
  return { stream, text: () => Buffer.concat(chunks).toString('utf8') };
}

/** The pods of a function that are not ending. */
export async function podsOf({ core }: Cluster, namespace: string, name: string): Promise<V1Pod[]> {
  const { items } = await core.listNamespacedPod({ namespace, labelSelector: `faas_function=${name}` });
  return items.filter(({ metadata }) => metadata?.deletionTimestamp === undefined);
}

/** What each pod of a function has logged, one that is ending too; a pod that has not begun has no log. */
export async function logsOf(
  { core }: Cluster,
  namespace: string,
  name: string,
  options: { readonly sinceSeconds?: number } = {},
): Promise<string[]> {
  const { items } = await core.listNamespacedPod({ namespace, labelSelector: `faas_function=${name}` });
  return Promise.all(
    items.map(({ metadata }) =>
      core.readNamespacedPodLog({ name: metadata?.name ?? '', namespace, ...options }).catch(() => ''),
    ),
  );
}

export const isReady = ({ status }: V1Pod): boolean =>
  status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True') === true;

/** The function's one pod, once there is but one and it is ready. */
export function readyPod(
  cluster: Cluster,
  namespace: string,
  name: string,
  timeoutMs = 120_000,
): Promise<V1Pod> {
  return eventually(
    async () => {
      const pods = await podsOf(cluster, namespace, name);
      const [pod] = pods;
      if (pod === undefined || pods.length > 1 || !isReady(pod))
        throw new Error(`${name}: ${pods.map((one) => describePod(one)).join('; ') || 'no pod'}`);
      return pod;
    },
    { timeoutMs, everyMs: 500 },
  );
}

/** Why a pod is where it is, for the message of a wait that was in vain. */
function describePod({ metadata, status }: V1Pod): string {
  const [container] = status?.containerStatuses ?? [];
  const why =
    container?.state?.waiting?.reason ??
    container?.state?.terminated?.reason ??
    status?.conditions?.find(({ status: is }) => is !== 'True')?.message;
  return `${metadata?.name ?? ''} ${status?.phase ?? ''} ${why ?? ''}, restarts ${container?.restartCount ?? 0}`;
}
