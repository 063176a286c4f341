import type { Pod } from '../../workloads/model.ts';
import type { ApiContext } from '../context.ts';
import { CADVISOR_TYPE, renderWorkloads } from '../cadvisor.ts';
import { textAt, type JsonObject } from '../json.ts';
import { toDeploymentObject } from '../objects/deployment.ts';
import { derivedUid } from '../objects/identifiers.ts';
import { toNodeObject } from '../objects/node.ts';
import { toTime } from '../quantities.ts';
import { ok, type Reply, type Resource, type ResourceRequest } from '../resource.ts';
import { notFound, unknownRoute } from '../status.ts';
import { replyWithList } from './listing.ts';

/** A list whose objects are made from the platform's state at each request. */
function readOnly(
  context: ApiContext,
  resource: Omit<Resource, 'verbs'>,
  objects: (namespace: string) => readonly JsonObject[],
): Resource {
  const { group, name: plural } = resource;
  return {
    ...resource,
    verbs: {
      list: (request) =>
        replyWithList(resource, request, objects(request.path.namespace), context.versions.current),
      get: ({ path }) => {
        const found = objects(path.resource === 'namespaces' ? '' : path.namespace).find(
          (object) => textAt(object, 'metadata', 'name') === path.name,
        );
        if (!found) throw notFound({ group, resource: plural }, path.name);
        return ok(found);
      },
    },
  };
}

/** Nodes with the kubelet's metrics, namespaces, Deployments, and the kinds that the local platform has none of. */
export function clusterResources(context: ApiContext): Resource[] {
  const core = { group: '', version: 'v1' };
  return [
    readOnly(
      context,
      { ...core, name: 'nodes', singular: 'node', kind: 'Node', namespaced: false, shortNames: ['no'] },
      () => [nodeObject(context)],
    ),
    {
      ...core,
      name: 'nodes/proxy',
      kind: 'NodeProxyOptions',
      namespaced: false,
      verbs: { get: (request) => proxyNode(context, request) },
    },
    readOnly(
      context,
      {
        ...core,
        name: 'namespaces',
        singular: 'namespace',
        kind: 'Namespace',
        namespaced: false,
        shortNames: ['ns'],
      },
      () => namespaceObjects(context),
    ),
    readOnly(
      context,
      {
        group: 'apps',
        version: 'v1',
        name: 'deployments',
        singular: 'deployment',
        kind: 'Deployment',
        namespaced: true,
        shortNames: ['deploy'],
      },
      (namespace) => deploymentObjects(context, namespace),
    ),
    readOnly(
      context,
      { ...core, name: 'limitranges', singular: 'limitrange', kind: 'LimitRange', namespaced: true },
      () => [],
    ),
    readOnly(
      context,
      { ...core, name: 'resourcequotas', singular: 'resourcequota', kind: 'ResourceQuota', namespaced: true },
      () => [],
    ),
    readOnly(
      context,
      {
        group: 'autoscaling',
        version: 'v2',
        name: 'horizontalpodautoscalers',
        singular: 'horizontalpodautoscaler',
        kind: 'HorizontalPodAutoscaler',
        namespaced: true,
        shortNames: ['hpa'],
      },
      () => [],
    ),
  ];
}

function nodeObject(context: ApiContext): JsonObject {
  return toNodeObject(context.workloads, context.startedAtMs, context.versions.of('node'));
}

function deploymentObjects(context: ApiContext, namespace: string): JsonObject[] {
  const { workloads, versions } = context;
  const deployments = namespace === '' ? workloads.deployments() : workloads.deployments(namespace);
  const pods = new Map<string, Pod[]>();
  for (const pod of workloads.pods()) {
    const key = `${pod.namespace}/${pod.functionName}`;
    pods.set(key, [...(pods.get(key) ?? []), pod]);
  }
  return deployments.map((deployment) => {
    const own = pods.get(`${deployment.spec.namespace}/${deployment.spec.service}`) ?? [];
    return toDeploymentObject(deployment, own, versions.of(deployment.uid));
  });
}

function namespaceObjects(context: ApiContext): JsonObject[] {
  const used = context.workloads.deployments().map((deployment) => deployment.spec.namespace);
  const functions = new Set([context.namespace, ...used]);
  const all = new Set([...functions, ...context.services.map(({ namespace }) => namespace)]);
  return [...all].map((name) => ({
    kind: 'Namespace',
    apiVersion: 'v1',
    metadata: {
      name,
      uid: derivedUid('namespace', name),
      resourceVersion: context.versions.of('namespace'),
      creationTimestamp: toTime(context.startedAtMs),
      labels: { 'kubernetes.io/metadata.name': name },
      ...(functions.has(name) ? { annotations: { openfaas: '1' } } : {}),
    },
    spec: { finalizers: ['kubernetes'] },
    status: { phase: 'Active' },
  }));
}

/** The one page of the kubelet that is served. */
function proxyNode(context: ApiContext, { path }: ResourceRequest): Reply {
  const { workloads } = context;
  if (path.name !== workloads.nodeName) throw notFound({ group: '', resource: 'nodes' }, path.name);
  if (path.rest !== 'metrics/cadvisor') throw unknownRoute();
  return { contentType: CADVISOR_TYPE, text: renderWorkloads(workloads) };
}
