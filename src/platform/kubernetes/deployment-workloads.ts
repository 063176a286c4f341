import type { V1Deployment, V1LabelSelector, V1Pod } from '@kubernetes/client-node';
import type { LiveFunction, Workloads } from '#core/chain/ports.ts';
import { callApi } from './api-error.ts';
import type { KubernetesConnection } from './connect.ts';
import { podFactsAs } from './pod-facts.ts';
import { createKubernetesWorkloads, liveFunctionOf } from './workloads.ts';

/** The container that `kubectl logs` shows of a pod with several. */
const DEFAULT_CONTAINER = 'kubectl.kubernetes.io/default-container';

/**
 * All Deployments of the connection's namespace as if they were functions, for what only looks: by one list of
 * Deployments and one of pods. Of a pod with several containers, the one that is named after the Deployment, that its
 * annotation names, or the first.
 */
export function createDeploymentWorkloads(connection: KubernetesConnection): Workloads {
  const { address, namespace } = connection;
  return {
    functions: async (signal) => {
      const [deployments, pods] = await Promise.all([
        callApi(`list of the Deployments in ${namespace}`, address, signal, () =>
          connection.apps(signal).listNamespacedDeployment({ namespace }),
        ),
        callApi(`list of the pods in ${namespace}`, address, signal, () =>
          connection.core(signal).listNamespacedPod({ namespace }),
        ),
      ]);
      return deployments.items.map((deployment) => toLive(deployment, pods.items));
    },
    nodes: (signal) => createKubernetesWorkloads(connection).nodes(signal),
  };
}

function toLive(deployment: V1Deployment, pods: readonly V1Pod[]): LiveFunction {
  const { metadata, spec } = deployment;
  const name = metadata?.name ?? '';
  const template = spec?.template;
  const main = template?.metadata?.annotations?.[DEFAULT_CONTAINER];
  const containers = template?.spec?.containers ?? [];
  const container =
    containers.find((candidate) => candidate.name === name) ??
    containers.find((candidate) => candidate.name === main) ??
    containers[0];
  const own = spec === undefined ? [] : pods.filter((pod) => matches(spec.selector, pod));
  const facts = own.map((pod) => podFactsAs(pod, name, container?.name ?? name));
  return liveFunctionOf(
    deployment,
    name,
    container,
    facts.filter((pod) => pod !== null),
  );
}

function matches({ matchLabels = {}, matchExpressions = [] }: V1LabelSelector, { metadata }: V1Pod): boolean {
  const labels = metadata?.labels ?? {};
  return (
    Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
    matchExpressions.every(({ key, operator, values = [] }) => {
      const value = labels[key];
      if (operator === 'Exists') return value !== undefined;
      if (operator === 'DoesNotExist') return value === undefined;
      const isIn = value !== undefined && values.includes(value);
      return operator === 'NotIn' ? !isIn : isIn;
    })
  );
}
