import { createServer, type RequestListener, type Server } from 'node:http';
import { ForesizeError } from '#core/errors/error.ts';
import type {
  Deployment,
  FunctionSpec,
  LocalWorkloads,
  LogLine,
  Pod,
  WorkloadEvent,
} from '../../local/workloads/model.ts';
import { NO_RESOURCES } from './no-resources.ts';

/** Functions of a test by image: what each answers. 'never-ready' is an image without a replica. */
export interface MemoryWorkloads extends LocalWorkloads {
  log(line: LogLine): void;
  /** Leases not yet released. */
  leased(): number;
  subscribers(): number;
}

/** The workloads port with one real HTTP server a function, in this process: no limits, no restarts. */
export async function createMemoryWorkloads(
  images: Readonly<Record<string, RequestListener>>,
  secretExists: (namespace: string, name: string) => boolean = () => true,
): Promise<MemoryWorkloads> {
  const servers = new Map<string, { server: Server; port: number }>();
  for (const [image, listener] of Object.entries(images)) {
    const server = createServer(listener);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    servers.set(image, { server, port: address.port });
  }
  const deployments = new Map<string, Deployment>();
  const listeners = new Set<(event: WorkloadEvent) => void>();
  const logs: LogLine[] = [];
  let leases = 0;

  const emit = (event: WorkloadEvent): void => {
    for (const listener of listeners) listener(event);
  };
  const keyOf = (namespace: string, name: string): string => `${namespace}/${name}`;
  const find = (namespace: string, name: string): Deployment => {
    const found = deployments.get(keyOf(namespace, name));
    if (found) return found;
    throw new ForesizeError(
      'function-not-found',
      `function ${name} does not exist in namespace ${namespace}`,
    );
  };
  const requireDeployable = (spec: FunctionSpec): void => {
    if (spec.image !== 'never-ready' && !servers.has(spec.image)) {
      throw new ForesizeError('image-unknown', `function ${spec.service}: image ${spec.image} is not known`);
    }
    const missing = spec.secrets.find((secret) => !secretExists(spec.namespace, secret));
    if (missing !== undefined) {
      throw new ForesizeError('secret-missing', `function ${spec.service}: secret ${missing} does not exist`);
    }
  };
  const put = (spec: FunctionSpec, before: Deployment | undefined, replicas: number): Deployment => {
    const generation = (before?.generation ?? 0) + 1;
    const key = keyOf(spec.namespace, spec.service);
    const createdAtMs = before?.createdAtMs ?? Date.now();
    const deployment = { uid: key, spec, resources: NO_RESOURCES, replicas, createdAtMs, generation };
    deployments.set(key, deployment);
    emit({ kind: 'deployment', change: before ? 'updated' : 'added', deployment });
    return deployment;
  };
  const podOf = ({ spec, generation }: Deployment): Pod => ({
    uid: `${spec.namespace}/${spec.service}/pod`,
    namespace: spec.namespace,
    name: `${spec.service}-${generation}-abcde`,
    functionName: spec.service,
    createdAtMs: 0,
    startedAtMs: 0,
    phase: 'Running',
    ready: spec.image !== 'never-ready',
    readySinceMs: 0,
    restarts: 0,
    waiting: null,
    lastTermination: null,
    qosClass: 'BestEffort',
    desired: NO_RESOURCES,
    inForce: NO_RESOURCES,
    generation: 1,
    observedGeneration: 1,
    conditions: [],
    labels: {},
    annotations: {},
    port: servers.get(spec.image)?.port ?? 0,
    pid: null,
  });

  return {
    nodeName: 'test',
    enforcement: { kind: 'none', summary: 'nothing is enforced' },
    allocatable: { cpuCores: 1, memoryBytes: 1 },
    deploy(spec) {
      requireDeployable(spec);
      if (deployments.has(keyOf(spec.namespace, spec.service))) {
        throw new ForesizeError('function-exists', `function ${spec.service} already exists`);
      }
      return put(spec, undefined, 1);
    },
    update(spec) {
      const before = find(spec.namespace, spec.service);
      requireDeployable(spec);
      return put(spec, before, before.replicas);
    },
    remove(namespace, name) {
      const deployment = find(namespace, name);
      deployments.delete(keyOf(namespace, name));
      emit({ kind: 'deployment', change: 'removed', deployment });
    },
    scale(namespace, name, replicas) {
      const before = find(namespace, name);
      return put(before.spec, before, replicas);
    },
    deployments: (namespace) =>
      [...deployments.values()].filter(({ spec }) => namespace === undefined || spec.namespace === namespace),
    deployment: (namespace, name) => deployments.get(keyOf(namespace, name)),
    pods: (namespace) =>
      [...deployments.values()]
        .map(podOf)
        .filter((pod) => namespace === undefined || pod.namespace === namespace),
    pod: () => undefined,
    resize() {
      throw new Error('not part of these tests');
    },
    async lease(namespace, name, signal) {
      const pod = podOf(find(namespace, name));
      if (!pod.ready) {
        await new Promise<void>((resolve) => {
          signal.addEventListener('abort', () => {
            resolve();
          });
        });
        throw new ForesizeError('no-ready-replica', `function ${name} has no ready replica`);
      }
      leases += 1;
      const release = (): void => {
        leases -= 1;
      };
      return { pod, origin: `http://127.0.0.1:${pod.port}`, release };
    },
    counters: () => [],
    logs: (namespace, name) => logs.filter((line) => line.namespace === namespace && line.name === name),
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async stop() {
      await Promise.all(
        [...servers.values()].map(
          ({ server }) =>
            new Promise<void>((resolve) => {
              server.close(() => {
                resolve();
              });
              server.closeAllConnections();
            }),
        ),
      );
    },
    log(line) {
      logs.push(line);
      emit({ kind: 'log', line });
    },
    leased: () => leases,
    subscribers: () => listeners.size,
  };
}
