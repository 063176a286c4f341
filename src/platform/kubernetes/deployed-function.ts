import type { V1Deployment, V1PodSpec } from '@kubernetes/client-node';
import type { DeployedFunction, ReadDeployed } from '../gateway/deployed-function.ts';
import { readApi } from './api-error.ts';
import type { KubernetesConnection } from './connect.ts';
import { parseRequirements } from './resources.ts';

/** faas-netes hands the fprocess over as this variable. */
const PROCESS = 'fprocess';

/** Reads one Deployment for each call. */
export function createDeployedReader(connection: KubernetesConnection): ReadDeployed {
  return (namespace, name, signal) =>
    readApi(`read of the Deployment ${namespace}/${name}`, connection.address, signal, async () =>
      toDeployedFunction(await connection.apps(signal).readNamespacedDeployment({ namespace, name })),
    );
}

/** Throws `quantity-invalid`. */
export function toDeployedFunction({ metadata, spec }: V1Deployment): DeployedFunction {
  const { template } = spec ?? {};
  const pod = template?.spec;
  const container = pod?.containers[0];
  const { [PROCESS]: process = null, ...environment } = environmentOf(container?.env ?? []);
  return {
    image: container?.image ?? '',
    imagePullPolicy: container?.imagePullPolicy ?? '',
    environment,
    process,
    secrets: secretsOf(pod),
    readOnlyRootFilesystem: container?.securityContext?.readOnlyRootFilesystem ?? false,
    nodeSelector: pod?.nodeSelector ?? {},
    annotations: { ...template?.metadata?.annotations, ...metadata?.annotations },
    labels: template?.metadata?.labels ?? {},
    replicas: spec?.replicas ?? 1,
    resources: parseRequirements(container?.resources),
  };
}

function environmentOf(
  variables: readonly { readonly name: string; readonly value?: string; readonly valueFrom?: object }[],
): Record<string, string | null> {
  return Object.fromEntries(
    variables.map(({ name, value, valueFrom }) => [name, valueFrom ? null : (value ?? '')]),
  );
}

/** As faas-netes reads them back (pkg/k8s/secrets.go), but from every projected volume, so that none is overlooked. */
function secretsOf(pod: V1PodSpec | undefined): readonly string[] {
  const mounted = (pod?.volumes ?? []).flatMap(({ projected, secret }) => [
    ...(projected?.sources ?? []).map((source) => source.secret?.name),
    secret?.secretName,
  ]);
  const pulled = (pod?.imagePullSecrets ?? []).map(({ name }) => name);
  return [...mounted, ...pulled].filter((name) => name !== undefined);
}
