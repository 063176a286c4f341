import { setTimeout as pause } from 'node:timers/promises';
import { connectKubernetes } from '#platform/kubernetes/connect.ts';
import { createKubernetesWorkloads } from '#platform/kubernetes/workloads.ts';
import { createScrapeSource } from '#platform/sources/scrape.ts';
import type { Platform } from '../../local/platform.ts';
import type { SessionWriter } from './session-writer.ts';

export const SCRAPE_MS = 15_000;

/**
 * Writes down what the platform's own endpoints tell, every 15 s until `signal` is aborted, and once more. A read that
 * fails is told, and costs its samples.
 */
export async function scrapeUntil(
  platform: Platform,
  writer: SessionWriter,
  say: (message: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const { url, caPem, identities, host, port } = platform.kubernetes;
  const { token } = identities.reader;
  const kubernetes = connectKubernetes({ host, port, caPem, token, namespace: platform.namespace });
  const workloads = createKubernetesWorkloads(kubernetes);
  const source = createScrapeSource({
    kubernetes: { url, token, ca: caPem },
    nodes: () => Promise.resolve([platform.workloads.nodeName]),
    gatewayMetricsUrl: platform.metricsUrl,
    namespaces: [platform.namespace],
    windowMs: 10 * SCRAPE_MS,
    clock: Date.now,
    onProblem: say,
  });
  const never = new AbortController().signal;
  const once = async (): Promise<void> => {
    const { containers, calls } = await source.read(0, never);
    writer.containers(containers);
    writer.calls(calls);
    writer.pods(Date.now(), await workloads.podFacts(never));
    await writer.flush();
  };
  for (let nextMs = Date.now(); ; nextMs += SCRAPE_MS) {
    await pause(Math.max(0, nextMs - Date.now()), undefined, { signal }).catch(() => undefined);
    await once().catch((error: unknown) => {
      say(`a read failed: ${String(error)}`);
    });
    if (signal.aborted) break;
  }
  await source.stop();
  kubernetes.close();
}
