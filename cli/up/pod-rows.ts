import type { Platform } from '../../local/platform.ts';
import type { PodCounters } from '../../local/workloads/model.ts';
import type { PodRow } from '../live/pod-table.ts';
import type { Story } from '../live/story.ts';

/** The platform's pods as rows of the live view; CPU use between the last two samples. */
export function createPodRows({ workloads, namespace }: Platform, story: Story): () => readonly PodRow[] {
  const previous = new Map<string, PodCounters>();
  const use = new Map<string, number>();
  return () => {
    const counters = new Map(workloads.counters().map((sample) => [sample.podUid, sample]));
    for (const [uid, sample] of counters) {
      const before = previous.get(uid);
      if (before && sample.atMs > before.atMs) use.set(uid, cpuCores(before, sample));
      if (!before || sample.atMs > before.atMs) previous.set(uid, sample);
    }
    return workloads.pods(namespace).map((pod) => ({
      pod: pod.name,
      functionName: pod.functionName,
      ready: pod.ready,
      restarts: pod.restarts,
      cpuCores: use.get(pod.uid) ?? null,
      memoryBytes: counters.get(pod.uid)?.workingSetBytes ?? null,
      resources: pod.inForce,
      peak: story.decisions.findLast(({ name, peak }) => name === pod.functionName && peak)?.peak ?? null,
    }));
  };
}

function cpuCores(before: PodCounters, after: PodCounters): number {
  return Math.max(0, ((after.cpuSeconds - before.cpuSeconds) * 1000) / (after.atMs - before.atMs));
}
