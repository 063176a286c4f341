import type { Pod } from '../../workloads/model.ts';
import type { ApiContext } from '../context.ts';
import type { JsonObject } from '../json.ts';
import { toTime } from '../quantities.ts';
import { ok, type Resource } from '../resource.ts';
import { notFound } from '../status.ts';
import type { PodUsage } from '../usage-window.ts';
import { replyWithList } from './listing.ts';

const GROUP = { group: 'metrics.k8s.io', version: 'v1beta1' } as const;
const API_VERSION = 'metrics.k8s.io/v1beta1';
const PODS = { ...GROUP, name: 'pods', kind: 'PodMetrics', namespaced: true } as const;
const NODES = { ...GROUP, name: 'nodes', kind: 'NodeMetrics', namespaced: false } as const;

/** What metrics-server serves. A pod that has not been seen over a whole window is absent. */
export function metricsResources(context: ApiContext): Resource[] {
  return [
    {
      ...PODS,
      verbs: {
        list: (request) => replyWithList(PODS, request, podMetrics(context, request.path.namespace), ''),
        get: ({ path }) => {
          const pod = context.workloads.pod(path.namespace, path.name);
          const found = pod && toPodMetrics(context, pod);
          if (!found)
            throw notFound({ group: GROUP.group, resource: 'pods' }, `${path.namespace}/${path.name}`);
          return ok(found);
        },
      },
    },
    {
      ...NODES,
      verbs: {
        list: (request) => replyWithList(NODES, request, nodeMetrics(context), ''),
        get: ({ path }) => {
          const [found] = path.name === context.workloads.nodeName ? nodeMetrics(context) : [];
          if (!found) throw notFound({ group: GROUP.group, resource: 'nodes' }, path.name);
          return ok(found);
        },
      },
    },
  ];
}

function usages(context: ApiContext): PodUsage[] {
  return context.workloads.pods().flatMap((pod) => context.usage.usage(pod.uid) ?? []);
}

function podMetrics(context: ApiContext, namespace: string): JsonObject[] {
  const pods = namespace === '' ? context.workloads.pods() : context.workloads.pods(namespace);
  return pods.flatMap<JsonObject>((pod) => toPodMetrics(context, pod) ?? []);
}

function toPodMetrics(context: ApiContext, pod: Pod): JsonObject | undefined {
  const usage = context.usage.usage(pod.uid);
  if (!usage) return undefined;
  return {
    kind: 'PodMetrics',
    apiVersion: API_VERSION,
    metadata: {
      name: pod.name,
      namespace: pod.namespace,
      creationTimestamp: toTime(usage.atMs),
      labels: { ...pod.labels, faas_function: pod.functionName },
    },
    timestamp: toTime(usage.atMs),
    window: formatWindow(usage.windowMs),
    containers: [{ name: pod.functionName, usage: formatUsage(usage) }],
  };
}

/** The functions' sum: what else runs on this machine is not the platform's to count. */
function nodeMetrics(context: ApiContext): JsonObject[] {
  const pods = usages(context);
  if (pods.length === 0) return [];
  const atMs = Math.max(...pods.map((usage) => usage.atMs));
  const sum = (value: (usage: PodUsage) => number): number =>
    pods.reduce((total, usage) => total + value(usage), 0);
  return [
    {
      kind: 'NodeMetrics',
      apiVersion: API_VERSION,
      metadata: { name: context.workloads.nodeName, creationTimestamp: toTime(atMs) },
      timestamp: toTime(atMs),
      window: formatWindow(Math.max(...pods.map((usage) => usage.windowMs))),
      usage: formatUsage({
        cpuCores: sum((usage) => usage.cpuCores),
        memoryBytes: sum((usage) => usage.memoryBytes),
      }),
    },
  ];
}

/** Nanocores and KiB, as metrics-server prints them. */
function formatUsage({ cpuCores, memoryBytes }: Pick<PodUsage, 'cpuCores' | 'memoryBytes'>): JsonObject {
  return { cpu: `${Math.round(cpuCores * 1e9)}n`, memory: `${Math.ceil(memoryBytes / 1024)}Ki` };
}

/** A Go duration: `15.023s`. */
function formatWindow(ms: number): string {
  return `${Math.round(ms) / 1000}s`;
}
