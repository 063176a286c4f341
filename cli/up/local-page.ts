import type { Toolkit } from '#forecast/predict-usage.ts';
import { loadToolkit } from '../../functions/predict-resources/toolkit.ts';
import type { Platform } from '../../local/platform.ts';
import { createPageData } from '../../src/page/page-data.ts';
import { observe } from '../observe/observe.ts';
import { openTarget, type Target } from '../observe/target.ts';
import { createDecisionMemory } from '../page/decision-memory.ts';
import { observedPage } from '../page/observed-page.ts';
import { type PageServer, startPageServer } from '../page/page-server.ts';
import { watchDecisions } from './watch-decisions.ts';

/** As collect-metrics does: whoever opens the page later sees what was before. */
const READ_EVERY_MS = 15_000;

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
  const ended = new AbortController();
  const memory = createDecisionMemory();
  const unsubscribe = watchDecisions(platform, (decision) => {
    memory.add(decision);
  });
  const target = await openLocalTarget(platform, ended.signal);
  const timer = setInterval(() => {
    // A read that fails is told to whoever asks for the page.
    target.source.read(Date.now(), ended.signal).catch(() => undefined);
  }, READ_EVERY_MS);
  let toolkit: Promise<Toolkit> | undefined;
  const data = createPageData({
    clock: Date.now,
    observe: async (signal) => {
      toolkit ??= loadToolkit(
        { MODEL_PATH: process.env.MODEL_PATH, MODEL_MISSING: 'go-on' },
        () => undefined,
      );
      const whole = AbortSignal.any([signal, ended.signal]);
      return observedPage(await observe(target, await toolkit, whole), memory.of);
    },
  });
  const end = async (): Promise<void> => {
    clearInterval(timer);
    unsubscribe();
    ended.abort();
    await target.close();
  };
  try {
    const server = await startPageServer({ data, ...options });
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
