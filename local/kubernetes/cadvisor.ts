import type { LocalWorkloads, Pod, PodCounters } from '../workloads/model.ts';
import { containerId } from './objects/identifiers.ts';

export const CADVISOR_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/** The kubelet's CFS period; a quota is cores × this. */
const CFS_PERIOD_US = 100_000;

interface Family {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge';
  /** Labels of cAdvisor beside the container's own. */
  readonly extra?: string;
  /** null: the container has no such sample. */
  readonly value: (counters: PodCounters) => number | null;
}

/** Names, types and help of cAdvisor's metrics/prometheus.go. */
const FAMILIES: readonly Family[] = [
  {
    name: 'container_cpu_usage_seconds_total',
    help: 'Cumulative cpu time consumed in seconds.',
    type: 'counter',
    extra: 'cpu="total",',
    value: (counters) => counters.cpuSeconds,
  },
  {
    name: 'container_cpu_cfs_periods_total',
    help: 'Number of elapsed enforcement period intervals.',
    type: 'counter',
    value: (counters) => limited(counters, counters.periods),
  },
  {
    name: 'container_cpu_cfs_throttled_periods_total',
    help: 'Number of throttled period intervals.',
    type: 'counter',
    value: (counters) => limited(counters, counters.throttledPeriods),
  },
  {
    name: 'container_cpu_cfs_throttled_seconds_total',
    help: 'Total time duration the container has been throttled.',
    type: 'counter',
    value: (counters) => limited(counters, counters.throttledSeconds),
  },
  {
    name: 'container_memory_working_set_bytes',
    help: 'Current working set in bytes.',
    type: 'gauge',
    value: (counters) => counters.workingSetBytes,
  },
  {
    name: 'container_memory_usage_bytes',
    help: 'Current memory usage in bytes, including all memory regardless of when it was accessed',
    type: 'gauge',
    value: (counters) => counters.workingSetBytes,
  },
  {
    name: 'container_oom_events_total',
    help: 'Count of out of memory events observed for the container',
    type: 'counter',
    value: (counters) => counters.oomEvents,
  },
  {
    name: 'container_start_time_seconds',
    help: 'Start time of the container since unix epoch in seconds.',
    type: 'gauge',
    value: (counters) => counters.startedAtMs / 1000,
  },
  {
    name: 'container_spec_cpu_period',
    help: 'CPU period of the container.',
    type: 'gauge',
    value: () => CFS_PERIOD_US,
  },
  {
    name: 'container_spec_cpu_quota',
    help: 'CPU quota of the container.',
    type: 'gauge',
    value: ({ limits }) => (limits.cpuCores === null ? null : Math.round(limits.cpuCores * CFS_PERIOD_US)),
  },
  {
    name: 'container_spec_memory_limit_bytes',
    help: 'Memory limit for the container.',
    type: 'gauge',
    value: ({ limits }) => limits.memoryBytes ?? 0, // cAdvisor's 0 is "no limit".
  },
];

function limited(counters: PodCounters, value: number | null): number | null {
  return counters.limits.cpuCores === null ? null : value;
}

/**
 * The text of a kubelet's `/metrics/cadvisor` for these pods: one container each, every sample with the time (Unix ms)
 * at which it was taken. Counters of a pod that is not among `pods` are left out.
 */
export function renderCadvisor(
  pods: readonly Pod[],
  counters: readonly PodCounters[],
  imageOf: (pod: Pod) => string = () => '',
): string {
  const byUid = new Map(pods.map((pod) => [pod.uid, pod]));
  const rows = counters.flatMap((sample) => {
    const pod = byUid.get(sample.podUid);
    return pod ? [{ sample, labels: containerLabels(pod, imageOf(pod)) }] : [];
  });
  return FAMILIES.map((family) => renderFamily(family, rows)).join('');
}

/** The same for all pods of the platform, with the images of their functions. */
export function renderWorkloads(workloads: LocalWorkloads): string {
  return renderCadvisor(
    workloads.pods(),
    workloads.counters(),
    (pod) => workloads.deployment(pod.namespace, pod.functionName)?.spec.image ?? '',
  );
}

function renderFamily(
  family: Family,
  rows: readonly { readonly sample: PodCounters; readonly labels: string }[],
): string {
  const lines = rows.flatMap(({ sample, labels }) => {
    const value = family.value(sample);
    return value === null
      ? []
      : [`${family.name}{${family.extra ?? ''}${labels}} ${value} ${Math.round(sample.atMs)}\n`];
  });
  if (lines.length === 0) return '';
  return `# HELP ${family.name} ${family.help}\n# TYPE ${family.name} ${family.type}\n${lines.join('')}`;
}

function containerLabels(pod: Pod, image: string): string {
  const id = containerId(pod.uid, pod.restarts);
  const parent = pod.qosClass === 'Guaranteed' ? '' : `${pod.qosClass.toLowerCase()}/`;
  const labels = {
    container: pod.functionName,
    id: `/kubepods/${parent}pod${pod.uid}/${id}`,
    image,
    name: id,
    namespace: pod.namespace,
    pod: pod.name,
  };
  return Object.entries(labels)
    .map(([name, value]) => `${name}="${escapeLabel(value)}"`)
    .join(',');
}

function escapeLabel(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
