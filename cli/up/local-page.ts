import type { Platform } from '../../local/platform.ts';
import { openTarget, type Target } from '../observe/target.ts';
import { createDecisionMemory } from '../page/decision-memory.ts';
import { type PageServer, startPageServer } from '../page/page-server.ts';
import { createTargetPage } from '../page/target-page.ts';
import { watchDecisions } from './watch-decisions.ts';

export interface LocalPageOptions {
  /** Undefined takes the usual one, or a free one. */
  readonly port: number | undefined;
  readonly onProblem: (error: unknown) => void;
}

/**
 * The page of a local platform: use by the source that the chain reads, decisions by apply-resources' log, both kept in
 * memory from now on. Throws `port-in-use`.
 */
export async function startLocalPage(platform: Platform, options: LocalPageOptions): Promise<PageServer> {
  const decisions = createDecisionMemory();
  const unsubscribe = watchDecisions(platform, decisions.add);
  const target = await openLocalTarget(platform, new AbortController().signal);
  const page = createTargetPage(target, decisions);
  const end = async (): Promise<void> => {
    unsubscribe();
    page.close();
    await target.close();
  };
  try {
    const server = await startPageServer({ data: page.data, ...options });
    return { url: server.url, close: () => server.close().finally(end) };
  } catch (error) {
    await end();
    throw error;
  }
}

function openLocalTarget(
  { kubernetes, metricsUrl, namespace }: Platform,
  signal: AbortSignal,
): Promise<Target> {
  return openTarget(
    {
      kubeconfig: kubernetes.kubeconfigPath,
      namespace,
      source: 'scrape',
      gatewayMetrics: metricsUrl,
      for: 0,
    },
    signal,
  );
}
