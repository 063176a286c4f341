import type { V1Deployment } from '@kubernetes/client-node';
import { ForesizeError } from '#core/errors/error.ts';
import { createGatewayClient } from '#platform/gateway/client.ts';
import { callApi } from '#platform/kubernetes/api-error.ts';
import type { KubernetesConnection } from '#platform/kubernetes/connect.ts';
import { toDeployedFunction } from '#platform/kubernetes/deployed-function.ts';
import { FUNCTION_LABEL } from '#platform/kubernetes/pod-facts.ts';
import type { ComponentFacts, DeployedFacts } from '../facts.ts';
import { type Seen, see } from '../seen.ts';
import type { Login } from './gateway-login.ts';

/** The functions of the namespace as their Deployments have them. */
export function lookAtDeployments(
  connection: KubernetesConnection,
  signal: AbortSignal,
): Promise<Seen<readonly DeployedFacts[]>> {
  const { namespace } = connection;
  return see(signal, async () => {
    const items = await listDeployments(connection, { namespace, labelSelector: FUNCTION_LABEL }, signal);
    return items.map((deployment) => {
      const { environment, secrets } = toDeployedFunction(deployment);
      const name = deployment.metadata?.labels?.[FUNCTION_LABEL] ?? deployment.metadata?.name ?? '';
      return { name, environment, secrets };
    });
  });
}

/** The same by the local platform's gateway, which shows what its Deployments do not. */
export function lookAtLocalFunctions(
  login: Login | null,
  signal: AbortSignal,
): Promise<Seen<readonly DeployedFacts[]>> {
  return see(signal, async () => {
    if (login === null)
      throw new ForesizeError(
        'secret-missing',
        "the environment of the functions is shown with the gateway's password only",
      );
    const { url, ...credentials } = login;
    const functions = await createGatewayClient({ url, credentials }).list(signal);
    return functions.map(({ name, envVars, secrets }) => ({ name, environment: envVars, secrets }));
  });
}

/** OpenFaaS itself. */
export function lookAtComponents(
  connection: KubernetesConnection,
  namespace: string,
  signal: AbortSignal,
): Promise<Seen<readonly ComponentFacts[]>> {
  return see(signal, async () => (await listDeployments(connection, { namespace }, signal)).map(toComponent));
}

async function listDeployments(
  connection: KubernetesConnection,
  selection: { readonly namespace: string; readonly labelSelector?: string },
  signal: AbortSignal,
): Promise<readonly V1Deployment[]> {
  const what = `list of the Deployments in ${selection.namespace}`;
  const { items } = await callApi(what, connection.address, signal, () =>
    connection.apps(signal).listNamespacedDeployment(selection),
  );
  return items;
}

function toComponent(deployment: V1Deployment): ComponentFacts {
  const [container] = deployment.spec?.template.spec?.containers ?? [];
  const { image, environment } = toDeployedFunction(deployment);
  return {
    name: deployment.metadata?.name ?? '',
    image,
    readyReplicas: deployment.status?.readyReplicas ?? 0,
    environment,
    arguments: [...(container?.command ?? []), ...(container?.args ?? [])],
  };
}
