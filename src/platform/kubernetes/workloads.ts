import type { V1Container, V1Deployment, V1Node } from '@kubernetes/client-node';
import type { LiveFunction, NodeFacts, Workloads } from '#core/chain/ports.ts';
import { parseCpuCores, parseMemoryBytes } from '#core/units/quantity.ts';
import type { PodFacts } from '#core/usage/reading.ts';
import { callApi } from './api-error.ts';
import type { KubernetesConnection } from './connect.ts';
import { FUNCTION_LABEL, toPodFacts } from './pod-facts.ts';
import { parseRequirements } from './resources.ts';
import { readSurroundings } from './surroundings.ts';

export interface KubernetesWorkloads extends Required<Workloads> {
  /** All functions' pods, by one list call. */
  podFacts(signal: AbortSignal): Promise<readonly PodFacts[]>;
}

/** The functions of the connection's namespace: one list of Deployments and one of pods, however many there are. */
export function createKubernetesWorkloads(connection: KubernetesConnection): KubernetesWorkloads {
  const { address, namespace } = connection;
  const selection = { namespace, labelSelector: FUNCTION_LABEL };

  async function podFacts(signal: AbortSignal): Promise<readonly PodFacts[]> {
    const { items } = await callApi(`list of the pods in ${namespace}`, address, signal, () =>
      connection.core(signal).listNamespacedPod(selection),
    );
    return items.map(toPodFacts).filter((pod) => pod !== null);
  }

  return {
    podFacts,
    functions: async (signal) => {
      const [{ items }, pods] = await Promise.all([
        callApi(`list of the Deployments in ${namespace}`, address, signal, () =>
          connection.apps(signal).listNamespacedDeployment(selection),
        ),
        podFacts(signal),
      ]);
      const byFunction = groupByFunction(pods);
      return items.map((deployment) => toLiveFunction(deployment, byFunction));
    },
    nodes: async (signal) => {
      const { items } = await callApi('list of the nodes', address, signal, () =>
        connection.core(signal).listNode(),
      );
      return items.map(toNodeFacts);
    },
    surroundings: (signal) => readSurroundings(connection, signal),
  };
}

function groupByFunction(pods: readonly PodFacts[]): ReadonlyMap<string, readonly PodFacts[]> {
  const groups = new Map<string, PodFacts[]>();
  for (const pod of pods) {
    const group = groups.get(pod.functionName);
    if (group === undefined) groups.set(pod.functionName, [pod]);
    else group.push(pod);
  }
  return groups;
}

function toLiveFunction(
  deployment: V1Deployment,
  pods: ReadonlyMap<string, readonly PodFacts[]>,
): LiveFunction {
  const { metadata, spec } = deployment;
  const name = metadata?.labels?.[FUNCTION_LABEL] ?? metadata?.name ?? '';
  const containers = spec?.template.spec?.containers ?? [];
  const container = containers.find((candidate) => candidate.name === name) ?? containers[0];
  return liveFunctionOf(deployment, name, container, pods.get(name) ?? []);
}

/** A Deployment as a function of this name, sized by this container of its template. Throws `quantity-invalid`. */
export function liveFunctionOf(
  deployment: V1Deployment,
  name: string,
  container: V1Container | undefined,
  pods: readonly PodFacts[],
): LiveFunction {
  const { metadata, spec } = deployment;
  return {
    namespace: metadata?.namespace ?? '',
    name,
    uid: metadata?.uid ?? '',
    annotations: metadata?.annotations ?? {},
    labels: labelsOf(deployment),
    replicas: spec?.replicas ?? 1,
    template: parseRequirements(container?.resources),
    pods,
  };
}

/** faas-netes puts a function's labels on the template of its pods; of the Deployment itself it has `faas_function` alone. */
export function labelsOf({ metadata, spec }: V1Deployment): Readonly<Record<string, string>> {
  return { ...spec?.template.metadata?.labels, ...metadata?.labels };
}

/** Conditions under which the kubelet evicts pods. */
const PRESSURES: ReadonlySet<string> = new Set(['MemoryPressure', 'DiskPressure', 'PIDPressure']);

function toNodeFacts({ metadata, status }: V1Node): NodeFacts {
  const allocatable = status?.allocatable ?? {};
  const kubeletVersion = status?.nodeInfo?.kubeletVersion;
  return {
    name: metadata?.name ?? '',
    allocatableCpuCores: parseCpuCores(allocatable.cpu ?? '0'),
    allocatableMemoryBytes: parseMemoryBytes(allocatable.memory ?? '0'),
    pressures: (status?.conditions ?? [])
      .filter((condition) => PRESSURES.has(condition.type) && condition.status === 'True')
      .map(({ type }) => type),
    ...(kubeletVersion === undefined ? {} : { kubeletVersion }),
  };
}
