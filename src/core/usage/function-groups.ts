import { cleanCalls, cleanContainer, type CleanCalls, type CleanContainer } from './clean-samples.ts';
import type { CallSeries, ContainerSeries, PodFacts, Reading } from './reading.ts';

/** All that a reading holds of one function. */
export interface FunctionGroup {
  readonly namespace: string;
  readonly name: string;
  readonly pods: readonly {
    readonly pod: string;
    readonly facts: PodFacts | null;
    readonly series: readonly ContainerSeries[];
  }[];
  readonly calls: CallSeries | null;
}

interface Collected {
  readonly namespace: string;
  readonly name: string;
  readonly pods: Map<string, { facts: PodFacts | null; series: ContainerSeries[] }>;
}

const keyOf = (namespace: string, name: string): string => `${namespace}/${name}`;

/** `qrcode-7d9c9b5f4-x2x7k` → `qrcode`: a Deployment's pods end in the hashes of replica set and pod. */
export function deploymentOf(pod: string): string {
  return pod.split('-').slice(0, -2).join('-') || pod;
}

/**
 * Sorts a reading by function. Pods belong to the function that the cluster names; those it no longer lists, to
 * the Deployment that their name gives. Sidecars are left out where the source names containers.
 */
export function groupByFunction({ containers, calls, pods }: Reading): readonly FunctionGroup[] {
  const groups = new Map<string, Collected>();
  const groupOf = (namespace: string, name: string): Collected => {
    const key = keyOf(namespace, name);
    const group = groups.get(key) ?? { namespace, name, pods: new Map() };
    groups.set(key, group);
    return group;
  };
  const factsByPod = new Map<string, PodFacts>();
  for (const facts of pods) {
    factsByPod.set(keyOf(facts.namespace, facts.pod), facts);
    groupOf(facts.namespace, facts.functionName).pods.set(facts.pod, { facts, series: [] });
  }
  for (const series of containers) {
    const facts = factsByPod.get(keyOf(series.namespace, series.pod)) ?? null;
    const name = facts?.functionName ?? deploymentOf(series.pod);
    if (series.container !== undefined && series.container !== (facts?.container ?? name)) continue;
    const group = groupOf(series.namespace, name);
    const pod = group.pods.get(series.pod) ?? { facts, series: [] };
    group.pods.set(series.pod, pod);
    pod.series.push(series);
  }
  const callsByFunction = new Map(
    calls.map((series) => [keyOf(series.namespace, series.functionName), series]),
  );
  return Array.from(groups, ([key, { namespace, name, pods: members }]) => ({
    namespace,
    name,
    pods: Array.from(members, ([pod, { facts, series }]) => ({ pod, facts, series })),
    calls: callsByFunction.get(key) ?? null,
  }));
}

/** A pod's runs in order of their beginning, each with its samples in order; runs without samples are left out. */
export function cleanRuns(series: readonly ContainerSeries[]): readonly CleanContainer[] {
  return series
    .map(cleanContainer)
    .filter(({ timesMs }) => timesMs.length > 0)
    .sort((a, b) => (a.timesMs[0] ?? 0) - (b.timesMs[0] ?? 0));
}

export function cleanCallsOf({ calls }: FunctionGroup): CleanCalls | null {
  return calls === null ? null : cleanCalls(calls);
}
