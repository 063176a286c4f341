import { PatchStrategy, setHeaderOptions, VersionApi } from '@kubernetes/client-node';
import { parseCpuCores } from '#core/units/quantity.ts';
import { type Cluster, readyPod } from '../../test/cluster/cluster.ts';
import { install, runInGateway, type Sized } from '../../test/cluster/installation.ts';
import { kernelCounters } from '../../test/cluster/kernel-counters.ts';
import { kernelLimits } from '../../test/cluster/kernel-limits.ts';
import { eventually } from '../../test/support/eventually.ts';
import { callArguments, durationsOf, type InForce, type Place } from './place.ts';

const PATIENT = { timeoutMs: 180_000, everyMs: 500 };

/** The cluster that KUBECONFIG names, with the suite installed as test/cluster does. */
export async function clusterPlace(functions: readonly Sized[]): Promise<Place> {
  const installed = await install({ functions });
  const { cluster, namespace } = installed;
  const podOf = (name: string) => readyPod(cluster, namespace, name, PATIENT.timeoutMs);
  const podName = async (name: string) => (await podOf(name)).metadata?.name ?? '';
  return {
    name: await describe(cluster),
    async redeploy(sized) {
      const before = await podOf(sized.name);
      await installed.redeploy(sized);
      const isNew = async () => (await podOf(sized.name)).metadata?.uid !== before.metadata?.uid;
      await eventually(isNew, PATIENT);
    },
    async limit(name, cpuCores) {
      const pod = await podName(name);
      await resize(cluster, namespace, { pod, container: name, cpuCores });
      const isInForce = async () =>
        Math.abs(((await kernelLimits(cluster, namespace, pod)).cpuCores ?? 0) - cpuCores) < 0.002;
      await eventually(isInForce, PATIENT);
    },
    async inForce(name): Promise<InForce> {
      const { spec, status } = await podOf(name);
      const [resources, ran] = [spec?.containers[0]?.resources, status?.containerStatuses?.[0]];
      const cores = (text: string | undefined) => (text === undefined ? null : parseCpuCores(text));
      return {
        cpuRequestCores: cores(resources?.requests?.cpu),
        cpuLimitCores: cores(resources?.limits?.cpu),
        restarts: ran?.restartCount ?? 0,
      };
    },
    // A command in a pod of a starved node may end without a word.
    counters: (name) =>
      eventually(async () => kernelCounters(cluster, namespace, await podName(name)), PATIENT),
    load: (name, load) => installed.load(name, load),
    async callInTurn(name, calls) {
      const command = ['node', ...callArguments(`http://127.0.0.1:8080/function/${name}`, calls)];
      return durationsOf(await runInGateway(cluster, namespace, command));
    },
    stop: () => installed.remove(),
  };
}

async function describe({ config, core }: Cluster): Promise<string> {
  const [{ gitVersion }, { items: nodes }] = await Promise.all([
    config.makeApiClient(VersionApi).getCode(),
    core.listNode(),
  ]);
  const runtime = nodes[0]?.status?.nodeInfo?.containerRuntimeVersion ?? '';
  return `Kubernetes ${gitVersion}, ${runtime}, ${nodes.length} node(s)`;
}

async function resize(
  { core }: Cluster,
  namespace: string,
  {
    pod,
    container,
    cpuCores,
  }: { readonly pod: string; readonly container: string; readonly cpuCores: number },
): Promise<void> {
  const limits = { cpu: `${Math.round(cpuCores * 1000)}m` };
  await core.patchNamespacedPodResize(
    { name: pod, namespace, body: { spec: { containers: [{ name: container, resources: { limits } }] } } },
    setHeaderOptions('Content-Type', PatchStrategy.StrategicMergePatch),
  );
}
