import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import {
  loadYaml,
  PatchStrategy,
  setHeaderOptions,
  type V1ClusterRoleBinding,
} from '@kubernetes/client-node';
import { expect } from 'chai';
import { eventually } from '../support/eventually.ts';
import { isReady, KUBECONFIG, logsOf, NO_CLUSTER, podsOf } from './cluster.ts';
import { NO_BUILDER } from './images.ts';
import { install, type Installation } from './installation.ts';

/** A command that ends the cluster's API server and lets it come back; none restarts it everywhere. */
const RESTART_API_SERVER = process.env.CLUSTER_RESTART_API_SERVER;
const NO_RESTART =
  RESTART_API_SERVER === undefined ? ' (skipped: CLUSTER_RESTART_API_SERVER is not set)' : '';

const SUITE = ['collect-metrics', 'predict-resources', 'apply-resources'];

const STEADY = {
  name: 'steady',
  image: 'workload',
  limits: { cpu: '1', memory: '256Mi' },
  requests: { cpu: '50m', memory: '128Mi' },
} as const;

const MERGE = setHeaderOptions('Content-Type', PatchStrategy.MergePatch);

describe(`what may happen to the chain on a cluster${NO_CLUSTER || NO_BUILDER}`, function () {
  this.timeout(600_000);
  let installed: Installation | undefined;

  before(async function () {
    if (KUBECONFIG === undefined || NO_BUILDER !== '') {
      this.skip();
      return;
    }
    installed = await install({ functions: [STEADY] });
    await installed.decisionThat('steady', () => true);
  });
  after(async () => {
    await installed?.remove();
  });

  const count = (): number => installed?.decisions.length ?? 0;
  const oneMore = async (): Promise<void> => {
    const before = count();
    await eventually(() => count() > before, { timeoutMs: 120_000, everyMs: 1000 });
  };

  it('decides a cycle once where two of each run, and two schedules', async () => {
    const { cluster, namespace, decisions } = installed!;
    for (const name of ['gateway', 'collect-metrics', 'apply-resources'])
      await cluster.apps.patchNamespacedDeploymentScale(
        { name, namespace, body: { spec: { replicas: 2 } } },
        MERGE,
      );
    await eventually(
      async () => (await podsOf(cluster, namespace, 'apply-resources')).filter(isReady).length === 2,
      { timeoutMs: 120_000, everyMs: 1000 },
    );
    for (let cycle = 0; cycle < 4; cycle += 1) await oneMore();
    const cycles = decisions.map(({ cycle }) => cycle);
    expect(new Set(cycles).size).to.equal(cycles.length);
  });

  it('decides nothing while no metrics can be had, and goes on when they are back', async () => {
    const { cluster, namespace } = installed!;
    const name = `foresize-${namespace}-reader`;
    const binding = await cluster.rbac.readClusterRoleBinding({ name });
    await cluster.rbac.deleteClusterRoleBinding({ name });
    await eventually(
      async () => {
        const logs = await logsOf(cluster, namespace, 'collect-metrics');
        return logs.some((log) => log.includes('source-unavailable') || log.includes('no usage can be read'));
      },
      { timeoutMs: 180_000, everyMs: 2000 },
    );
    const { roleRef, subjects } = binding;
    const again = loadYaml<V1ClusterRoleBinding>(
      JSON.stringify({ metadata: { name }, roleRef, subjects: subjects ?? [] }),
    );
    await cluster.rbac.createClusterRoleBinding({ body: again });
    await oneMore();
    // A starved node's failed probes restart pods as well, so restarts say nothing about the chain.
    const [pod] = await podsOf(cluster, namespace, 'steady');
    expect(pod?.spec?.containers[0]?.resources?.limits).to.deep.equal(STEADY.limits);
  });

  it(`goes on where it was when the API server comes back${NO_RESTART}`, async function () {
    if (RESTART_API_SERVER === undefined) {
      this.skip();
      return;
    }
    const { cluster, namespace, decisions } = installed!;
    await promisify(execFile)(RESTART_API_SERVER);
    await eventually(() => podsOf(cluster, namespace, 'steady'), { timeoutMs: 120_000, everyMs: 1000 });
    for (let cycle = 0; cycle < 3; cycle += 1) await oneMore();
    const cycles = decisions.map(({ cycle }) => cycle);
    expect(new Set(cycles).size).to.equal(cycles.length);
    for (const name of SUITE) {
      for (const pod of await podsOf(cluster, namespace, name)) {
        expect(pod.status?.containerStatuses?.[0]?.restartCount, name).to.equal(0);
      }
    }
    const [pod] = await podsOf(cluster, namespace, 'steady');
    expect(pod?.spec?.containers[0]?.resources?.limits).to.deep.equal(STEADY.limits);
  });

  it('refuses to run without an identity of its own, rather than as the default account', async () => {
    const { cluster, namespace } = installed!;
    const name = 'apply-resources';
    const before = await cluster.apps.readNamespacedDeployment({ name, namespace });
    const [volume] = before.spec?.template.spec?.volumes ?? [];
    const sources = volume?.projected?.sources?.filter(({ secret }) => secret?.name !== 'foresize-writer');
    const spec = { volumes: [{ name: volume?.name, projected: { sources } }] };
    await cluster.apps.patchNamespacedDeployment(
      { name, namespace, body: { spec: { template: { spec } } } },
      setHeaderOptions('Content-Type', PatchStrategy.StrategicMergePatch),
    );
    const log = await eventually(
      async () => {
        const logs = await logsOf(cluster, namespace, name);
        return logs.find((text) => text.includes('no service account token is mounted'));
      },
      { timeoutMs: 120_000, everyMs: 1000 },
    );
    expect(log).to.include('/var/openfaas/secrets/token');
  });
});
