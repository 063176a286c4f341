import {
  AppsV1Api,
  CoreV1Api,
  KubeConfig,
  loadYaml,
  type V1Deployment,
  type V1Namespace,
  type V1Pod,
} from '@kubernetes/client-node';
import { expect } from 'chai';
import type { LiveFunction } from '#core/chain/ports.ts';
import { createKubernetesActuator } from '#platform/kubernetes/actuator.ts';
import type { KubernetesConnection } from '#platform/kubernetes/connect.ts';
import { writeConfigMap } from '#platform/kubernetes/config-map.ts';
import { CYCLE_CONFIG_MAP, createCycleStore } from '#platform/kubernetes/cycle-store.ts';
import { openCluster } from '#platform/kubernetes/cluster-access.ts';
import { createKubernetesWorkloads } from '#platform/kubernetes/workloads.ts';
import { createConfigMapStateStore } from '#platform/state/configmap-state-store.ts';
import { parseCpuCores } from '#core/units/quantity.ts';
import { eventually } from '../support/eventually.ts';
import { NO_RESOURCES } from '../support/no-resources.ts';
import { KUBECONFIG, NO_CLUSTER } from './cluster.ts';
import { buildImages, imageOf, NO_BUILDER, NODE_IMAGE } from './images.ts';

const MIB = 2 ** 20;
/** One with Node in it that the nodes have: a base image need not have been brought to them. */
const IMAGE = NO_BUILDER === '' ? imageOf('gateway') : NODE_IMAGE;

const namespace = `foresize-test-${process.pid}`;

const NAMESPACE = `metadata: { name: ${namespace} }`;

const DEPLOYMENT = `
metadata: { name: f, labels: { faas_function: f }, annotations: { foresize/mode: apply, foresize/gate: 'off' } }
spec:
  selector: { matchLabels: { faas_function: f } }
  template:
    metadata: { labels: { faas_function: f } }
    spec:
      terminationGracePeriodSeconds: 0
      containers:
        - name: f
          image: ${IMAGE}
          imagePullPolicy: IfNotPresent
          command: [node, -e, "global.held = Buffer.alloc(64e6, 1); setInterval(() => 0, 1000)"]
          resources:
            requests: { cpu: 50m, memory: 128Mi }
            limits: { cpu: 200m, memory: 256Mi }
`;

describe(`on a real cluster${NO_CLUSTER}`, function () {
  this.timeout(120_000);
  const { signal } = new AbortController();
  let config: KubeConfig;
  let connection: KubernetesConnection;

  before(async function () {
    if (KUBECONFIG === undefined) {
      this.skip();
      return;
    }
    this.timeout(900_000);
    if (NO_BUILDER === '') await buildImages();
    config = new KubeConfig();
    config.loadFromFile(KUBECONFIG);
    ({ connection } = await openCluster({ path: KUBECONFIG, namespace }));
    await config.makeApiClient(CoreV1Api).createNamespace({ body: loadYaml<V1Namespace>(NAMESPACE) });
    await config
      .makeApiClient(AppsV1Api)
      .createNamespacedDeployment({ namespace, body: loadYaml<V1Deployment>(DEPLOYMENT) });
  });
  after(async () => {
    if (KUBECONFIG === undefined) return;
    connection.close();
    await config.makeApiClient(CoreV1Api).deleteNamespace({ name: namespace });
  });

  const live = (): Promise<LiveFunction> =>
    eventually(
      async () => {
        const [found] = await createKubernetesWorkloads(connection).functions(signal);
        return found?.pods[0]?.ready === true ? found : undefined;
      },
      { timeoutMs: 90_000, everyMs: 300 },
    );

  it('resizes a pod in place, and nothing when asked again', async () => {
    const target = await live();
    expect(target).to.deep.include({ namespace, name: 'f', replicas: 1 });
    const actuator = createKubernetesActuator(connection);
    const to = { ...NO_RESOURCES, cpuLimitCores: 0.7, cpuRequestCores: 0.235, memoryLimitBytes: 384 * MIB };
    const [change] = actuator.plan(target, to);
    expect(await actuator.apply(change!, signal)).to.include({ result: 'applied', detail: 'in force' });
    const after = await live();
    expect(after.pods[0]).to.include({ restarts: 0, uid: target.pods[0]?.uid });
    expect(after.pods[0]?.inForce).to.include({ cpuLimitCores: 0.7, memoryLimitBytes: 384 * MIB });
    expect(after.template.cpuLimitCores).to.equal(0.2);
    expect(actuator.plan(after, to)).to.be.empty;
  });

  it('takes back what the node can never give, and tells so', async () => {
    const target = await live();
    const actuator = createKubernetesActuator(connection);
    const change = {
      pod: target.pods[0]!,
      to: { ...NO_RESOURCES, cpuRequestCores: 500, cpuLimitCores: 500 },
    };
    const outcome = await actuator.apply(change, signal);
    expect(outcome).to.include({ result: 'refused', condition: 'Infeasible' });
    expect(outcome.detail).to.match(/^Infeasible: /);
    expect((await live()).pods[0]?.desired).to.deep.equal(target.pods[0]?.desired);
    const back = { ...change, to: { ...NO_RESOURCES, cpuRequestCores: 0.1, cpuLimitCores: 0.5 } };
    expect(await actuator.apply(back, signal)).to.include({ result: 'applied' });
  });

  it('waits for room on the node, and the kubelet gives it once there is some', async () => {
    const target = await live();
    const core = config.makeApiClient(CoreV1Api);
    await core.createNamespacedPod({ namespace, body: await blocker(core, 0.1) });
    await eventually(
      async () => (await core.readNamespacedPod({ name: 'blocker', namespace })).status?.phase === 'Running',
      { timeoutMs: 60_000, everyMs: 300 },
    );
    const actuator = createKubernetesActuator(connection);
    const change = { pod: target.pods[0]!, to: { ...NO_RESOURCES, cpuRequestCores: 0.45 } };
    const outcome = await actuator.apply(change, signal);
    expect(outcome).to.include({ result: 'pending', condition: 'Deferred' });
    await core.deleteNamespacedPod({ name: 'blocker', namespace, gracePeriodSeconds: 0 });
    const after = await eventually(
      async () => {
        const found = await live();
        return found.pods[0]?.inForce.cpuRequestCores === 0.45 ? found : undefined;
      },
      { timeoutMs: 90_000, everyMs: 1000 },
    );
    expect(after.pods[0]).to.include({ restarts: 0, uid: target.pods[0]?.uid });
  });

  it('leaves CPU in force while a memory limit below use is held up', async () => {
    const target = await live();
    const actuator = createKubernetesActuator(connection);
    const to = {
      ...NO_RESOURCES,
      cpuLimitCores: 0.6,
      memoryRequestBytes: 32 * MIB,
      memoryLimitBytes: 48 * MIB,
    };
    const outcome = await actuator.apply({ pod: target.pods[0]!, to }, signal);
    expect(outcome).to.include({ result: 'pending' });
    const after = await live();
    expect(after.pods[0]?.inForce.cpuLimitCores).to.equal(0.6);
    expect(after.pods[0]?.restarts).to.equal(0);
  });

  it('refuses another QoS class, as the API server does', async () => {
    const target = await live();
    const to = {
      cpuRequestCores: 1,
      cpuLimitCores: 1,
      memoryRequestBytes: 384 * MIB,
      memoryLimitBytes: 384 * MIB,
    };
    const outcome = await createKubernetesActuator(connection).apply({ pod: target.pods[0]!, to }, signal);
    expect(outcome.result).to.equal('refused');
  });

  it('sees the nodes', async () => {
    const [node] = await createKubernetesWorkloads(connection).nodes(signal);
    expect(node?.allocatableCpuCores).to.be.greaterThan(0);
    expect(node?.allocatableMemoryBytes).to.be.greaterThan(MIB);
  });

  it('keeps state and claims cycles', async () => {
    const store = createConfigMapStateStore(connection, { warn: () => undefined });
    await store.load(signal);
    await store.save({ suite: { cycles: { '0': 3 } }, functions: new Map() }, signal);
    const again = createConfigMapStateStore(connection, { warn: () => undefined });
    expect((await again.load(signal)).suite.cycles).to.deep.equal({ '0': 3 });
    await writeConfigMap(connection, CYCLE_CONFIG_MAP, { data: {}, resourceVersion: null }, signal);
    const claims = await Promise.all(
      [1, 2, 3].map(() => createCycleStore(connection, 15_000).claim(7, signal)),
    );
    expect(claims.filter(Boolean)).to.have.length(1);
  });
});

/** A pod that asks for all but so much of the CPU that no other pod of the node has asked for. */
async function blocker(core: CoreV1Api, leftCores: number): Promise<V1Pod> {
  const [{ items: nodes }, { items: pods }] = await Promise.all([
    core.listNode(),
    core.listPodForAllNamespaces(),
  ]);
  const asked = pods
    .filter(({ status }) => status?.phase === 'Running' || status?.phase === 'Pending')
    .flatMap(({ spec }) => spec?.containers ?? [])
    .map(({ resources }) => parseCpuCores(resources?.requests?.cpu ?? '0'));
  const allocatable = parseCpuCores(nodes[0]?.status?.allocatable?.cpu ?? '0');
  const free = allocatable - asked.reduce((sum, cores) => sum + cores, 0) - leftCores;
  return loadYaml<V1Pod>(`
metadata: { name: blocker }
spec:
  terminationGracePeriodSeconds: 0
  containers:
    - name: blocker
      image: ${IMAGE}
      imagePullPolicy: IfNotPresent
      command: [node, -e, "setInterval(() => 0, 1000)"]
      resources: { requests: { cpu: ${Math.floor(free * 1000)}m } }
`);
}
