import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import {
  ApiException,
  AppsV1Api,
  CoreV1Api,
  KubeConfig,
  Metrics,
  setHeaderOptions,
  V1ConfigMap,
  Watch,
} from '@kubernetes/client-node';
import { eventually } from '../../support/eventually.ts';
import { startApi, type RunningApi } from './running-api.ts';
import { countersOf, deploymentOf, podOf } from './workloads-in-memory.ts';

const namespace = 'openfaas-fn';

describe('The Kubernetes client for Node on the local Kubernetes API', () => {
  let running: RunningApi;
  let config: KubeConfig;
  let core: CoreV1Api;
  beforeEach(async () => {
    running = await startApi();
    config = new KubeConfig();
    config.loadFromString(readFileSync(running.api.kubeconfigPath, 'utf8'));
    core = config.makeApiClient(CoreV1Api);
  });
  afterEach(() => running.close());

  const asRole = (token: string): KubeConfig => {
    const other = new KubeConfig();
    other.loadFromString(
      readFileSync(running.api.kubeconfigPath, 'utf8').replace(running.api.identities.admin.token, token),
    );
    return other;
  };

  it('lists pods, Deployments and nodes with times and quantities', async () => {
    const { items } = await core.listNamespacedPod({ namespace, labelSelector: 'faas_function' });
    expect(items).to.have.lengthOf(1);
    const [pod] = items;
    expect(pod?.metadata?.creationTimestamp?.getTime()).to.equal(1_700_000_000_000);
    expect(pod?.status?.containerStatuses?.[0]?.state?.running?.startedAt?.getTime()).to.equal(
      1_700_000_001_000,
    );
    expect(pod?.spec?.containers[0]?.resources?.limits).to.deep.equal({ cpu: '100m', memory: '256Mi' });
    const deployments = await config.makeApiClient(AppsV1Api).listNamespacedDeployment({ namespace });
    const [deployment] = deployments.items;
    expect(deployment?.spec?.replicas).to.equal(1);
    expect(deployment?.metadata?.annotations).to.deep.equal({ 'foresize/mode': 'apply' });
    expect(deployment?.spec?.template.spec?.containers[0]?.resources?.requests).to.deep.equal({
      cpu: '50m',
      memory: '64Mi',
    });
    const nodes = await core.listNode();
    expect(nodes.items[0]?.status?.allocatable).to.deep.include({ cpu: '2', memory: '4Gi' });
    expect(nodes.items[0]?.status?.nodeInfo?.kubeletVersion).to.match(/^v1\.34\./);
  });

  it('resizes a pod by strategic merge as the writer', async () => {
    const writer = asRole(running.api.identities.writer.token).makeApiClient(CoreV1Api);
    const name = 'qrcode-5d4f8c7b9-abcde';
    const resized = await writer.patchNamespacedPodResize(
      {
        name,
        namespace,
        body: { spec: { containers: [{ name: 'qrcode', resources: { limits: { cpu: '700m' } } }] } },
      },
      setHeaderOptions('Content-Type', 'application/strategic-merge-patch+json'),
    );
    expect(resized.spec?.containers[0]?.resources?.limits).to.deep.equal({ cpu: '700m', memory: '256Mi' });
    const after = await writer.readNamespacedPod({ name, namespace });
    expect(after.status?.containerStatuses?.[0]?.resources?.limits?.cpu).to.equal('700m');
    expect(after.status?.containerStatuses?.[0]?.restartCount).to.equal(0);
  });

  it('meets errors by their code', async () => {
    const reader = asRole(running.api.identities.reader.token).makeApiClient(CoreV1Api);
    const forbidden: unknown = await reader
      .listNamespacedSecret({ namespace })
      .catch((error: unknown) => error);
    expect(forbidden).to.be.instanceOf(ApiException).with.property('code', 403);
    const name = 'foresize-state-0';
    const map = (resourceVersion?: string): V1ConfigMap =>
      Object.assign(new V1ConfigMap(), { metadata: { name, ...(resourceVersion && { resourceVersion }) } });
    await core.createNamespacedConfigMap({ namespace, body: map() });
    const conflict: unknown = await core
      .replaceNamespacedConfigMap({ namespace, name, body: map('1') })
      .catch((error: unknown) => error);
    expect(conflict).to.be.instanceOf(ApiException).with.property('code', 409);
  });

  it('reads metrics', async () => {
    const [pod] = running.workloads.pods();
    expect(pod).to.not.equal(undefined);
    running.workloads.count(countersOf(pod!, { atMs: 1_000, cpuSeconds: 1 }));
    await core.listNode();
    running.workloads.count(countersOf(pod!, { atMs: 11_000, cpuSeconds: 2 }));
    const { items } = await new Metrics(config).getPodMetrics(namespace);
    expect(items[0]?.containers[0]?.usage).to.deep.equal({ cpu: '100000000n', memory: '51200Ki' });
  });

  it('watches pods come, change and go', async () => {
    const seen: string[] = [];
    const watch = await new Watch(config).watch(
      `/api/v1/namespaces/${namespace}/pods`,
      {},
      (type: string, pod: { metadata: { name: string } }) => seen.push(`${type} ${pod.metadata.name}`),
      () => undefined,
    );
    const probe = podOf(deploymentOf('probe'));
    await eventually(() => seen.length === 1);
    running.workloads.put(probe);
    running.workloads.put({ ...probe, ready: false });
    running.workloads.drop(probe);
    await eventually(() => seen.length === 4);
    expect(seen).to.deep.equal([
      'ADDED qrcode-5d4f8c7b9-abcde',
      'ADDED probe-5d4f8c7b9-abcde',
      'MODIFIED probe-5d4f8c7b9-abcde',
      'DELETED probe-5d4f8c7b9-abcde',
    ]);
    watch.abort();
    // The API's own listener remains.
    await eventually(() => running.workloads.listeners === 1);
  });
});
