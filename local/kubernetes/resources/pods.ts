import type { ApiContext } from '../context.ts';
import type { Pod } from '../../workloads/model.ts';
import type { Resources } from '#core/usage/reading.ts';
import { ForesizeError } from '#core/errors/error.ts';
import { textAt, type Json, type JsonObject } from '../json.ts';
import { toPodObject } from '../objects/pod.ts';
import { applyPatch, PATCH_BODIES } from '../patch/patch.ts';
import { parseResizedPod, resolveResize, type ResizedPod } from '../resize.ts';
import { ok, type Reply, type Resource, type ResourceRequest } from '../resource.ts';
import { conflict, MODIFIED, notFound, refusedPod } from '../status.ts';
import { replyWithList, selectorOf } from './listing.ts';
import { podLog } from './pod-log.ts';
import { watchPods } from './pod-watch.ts';

const PODS = { group: '', version: 'v1', kind: 'Pod', namespaced: true } as const;
const ABOUT = { group: '', resource: 'pods' };

/** `pods` and `pods/log` to read, `pods/resize` to change. */
export function podResources(context: ApiContext): Resource[] {
  const get = ({ path }: ResourceRequest): Reply =>
    ok(podObject(context, find(context, path.namespace, path.name)));
  return [
    {
      ...PODS,
      name: 'pods',
      singular: 'pod',
      shortNames: ['po'],
      verbs: {
        get,
        list: (request) => listPods(context, request),
        watch: (request) => {
          const matches = selectorOf(request.query);
          return { lines: watchPods(context, request, (pod) => podObject(context, pod), matches) };
        },
      },
    },
    { ...PODS, name: 'pods/log', verbs: { get: (request) => podLog(context, request) } },
    {
      ...PODS,
      name: 'pods/resize',
      verbs: {
        get,
        patch: (request) => patchResize(context, request),
        update: (request) => putResize(context, request),
      },
    },
  ];
}

function podObject(context: ApiContext, pod: Pod): JsonObject {
  return toPodObject(pod, {
    nodeName: context.workloads.nodeName,
    resourceVersion: context.versions.of(pod.uid),
    deployment: context.workloads.deployment(pod.namespace, pod.functionName),
  });
}

function find(context: ApiContext, namespace: string, name: string): Pod {
  const pod = context.workloads.pod(namespace, name);
  if (!pod) throw notFound(ABOUT, name);
  return pod;
}

function listPods(context: ApiContext, request: ResourceRequest): Reply {
  const { namespace } = request.path;
  const pods = namespace === '' ? context.workloads.pods() : context.workloads.pods(namespace);
  const objects = pods.map((pod) => podObject(context, pod));
  return replyWithList(PODS, request, objects, context.versions.current);
}

async function patchResize(context: ApiContext, request: ResourceRequest): Promise<Reply> {
  const patch = await request.body(PATCH_BODIES);
  // The pod is looked at after the body has come: what is patched is what is there now.
  const pod = find(context, request.path.namespace, request.path.name);
  const before = podObject(context, pod);
  return resize(context, request, pod, before, applyPatch(request.contentType, before, patch));
}

async function putResize(context: ApiContext, request: ResourceRequest): Promise<Reply> {
  const body = await request.body();
  const pod = find(context, request.path.namespace, request.path.name);
  return resize(context, request, pod, podObject(context, pod), body);
}

function resize(
  context: ApiContext,
  request: ResourceRequest,
  pod: Pod,
  before: JsonObject,
  after: Json,
): Reply {
  const changed = parseResizedPod(after);
  checkPreconditions(pod, before, changed);
  const desired = resolveResize(pod, changed);
  if (request.dryRun) return ok(podObject(context, { ...pod, desired }));
  if (sameResources(pod.desired, desired)) return ok(before);
  return ok(podObject(context, carryOut(context, pod, desired)));
}

function checkPreconditions(pod: Pod, before: JsonObject, { metadata }: ResizedPod): void {
  const { uid, resourceVersion } = metadata;
  const version = textAt(before, 'metadata', 'resourceVersion');
  const moved = resourceVersion !== undefined && resourceVersion !== '' && resourceVersion !== version;
  if (moved || (uid !== undefined && uid !== '' && uid !== pod.uid)) {
    throw conflict(ABOUT, pod.name, MODIFIED);
  }
}

function carryOut(context: ApiContext, pod: Pod, desired: Resources): Pod {
  try {
    return context.workloads.resize(pod.namespace, pod.name, desired);
  } catch (error) {
    if (!(error instanceof ForesizeError)) throw error;
    throw refusedPod(pod.name, error.message);
  }
}

function sameResources(a: Resources, b: Resources): boolean {
  return (
    a.cpuLimitCores === b.cpuLimitCores &&
    a.memoryLimitBytes === b.memoryLimitBytes &&
    (a.cpuRequestCores ?? a.cpuLimitCores) === b.cpuRequestCores &&
    (a.memoryRequestBytes ?? a.memoryLimitBytes) === b.memoryRequestBytes
  );
}
