import type { Deployment, Pod } from '../../workloads/model.ts';
import type { JsonObject } from '../json.ts';
import { toRequirements, toTime } from '../quantities.ts';

/** The Deployment as faas-netes would have made it, the function's labels on its template alone; `pods` are those of this function. */
export function toDeploymentObject(
  deployment: Deployment,
  pods: readonly Pod[],
  resourceVersion: string,
): JsonObject {
  const { spec } = deployment;
  const ready = pods.filter((pod) => pod.ready).length;
  const selector = { faas_function: spec.service };
  return {
    kind: 'Deployment',
    apiVersion: 'apps/v1',
    metadata: {
      name: spec.service,
      namespace: spec.namespace,
      uid: deployment.uid,
      resourceVersion,
      generation: deployment.generation,
      creationTimestamp: toTime(deployment.createdAtMs),
      labels: selector,
      annotations: { ...spec.annotations },
    },
    spec: {
      replicas: deployment.replicas,
      selector: { matchLabels: selector },
      template: {
        metadata: { labels: { ...spec.labels, ...selector }, annotations: { ...spec.annotations } },
        spec: { containers: [toContainer(deployment)], restartPolicy: 'Always' },
      },
    },
    status: {
      observedGeneration: deployment.generation,
      replicas: pods.length,
      updatedReplicas: pods.length,
      readyReplicas: ready,
      availableReplicas: ready,
      unavailableReplicas: Math.max(0, deployment.replicas - ready),
    },
  };
}

function toContainer(deployment: Deployment): JsonObject {
  const { spec, resources } = deployment;
  return {
    name: spec.service,
    image: spec.image,
    ports: [{ name: 'http', containerPort: 8080, protocol: 'TCP' }],
    resources: toRequirements(resources),
    securityContext: { readOnlyRootFilesystem: spec.readOnlyRootFilesystem },
  };
}
