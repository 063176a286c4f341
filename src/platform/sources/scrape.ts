import type { Clock, MetricsSource } from '#core/chain/ports.ts';
import { ForesizeError } from '#core/errors/error.ts';
import { printableUrl } from '../http/address.ts';
import { apiRequest, type ApiServer, apiUrl } from '../http/api-server.ts';
import { CallStore } from './call-store.ts';
import { ContainerStore } from './container-store.ts';
import { readExposition, type Target } from './read-exposition.ts';

export interface ScrapeOptions {
  /** The API server: kubelets are read through it. */
  readonly kubernetes: ApiServer;
  /** Names of the nodes to read. */
  readonly nodes: (signal: AbortSignal) => Promise<readonly string[]>;
  /**
   * Address of the gateway's exposition, such as `http://gateway.openfaas:8082/metrics`, or its path on the API server,
   * beginning with a slash; null reads none, and no calls are known.
   */
  readonly gatewayMetricsUrl: string | null;
  /** Namespaces of functions. @default ['openfaas-fn'] */
  readonly namespaces?: readonly string[];
  /** Namespace of functions that are called by their bare name. @default the first of `namespaces` */
  readonly defaultNamespace?: string;
  /** @default 15000 */
  readonly intervalMs?: number;
  /** How long samples are kept. @default 1 h */
  readonly windowMs?: number;
  /** Kubelets read at a time. @default 4 */
  readonly parallel?: number;
  /** For one address. @default 10000 */
  readonly timeoutMs?: number;
  readonly clock: Clock;
  /** Told once when an address fails, and once when it answers again. */
  readonly onProblem: (message: string) => void;
}

export interface ScrapeSource extends MetricsSource {
  readonly name: 'scrape';
  /** Begins the loop with a first scrape; resolves when that is over, whatever came of it. */
  start(): Promise<void>;
  /** Ends the loop and what is under way. */
  stop(): Promise<void>;
  /** What could not be read last time, one message an address. */
  failures(): readonly string[];
}

/** A read finds samples at most this old, or makes new ones. */
const FRESH_MS = 1000;

/** Samples older than this many intervals are no longer worth deciding on. */
const STALE_INTERVALS = 3;

/** The list of nodes is asked for again after this long. */
const NODES_MS = 60_000;

/**
 * Reads the exposition endpoints themselves, in a loop of its own: the kubelets' /metrics/cadvisor through the API
 * server (get on `nodes/proxy`) and the gateway's /metrics. Counters are kept in memory for the
 * window, one row per new sample time, since cAdvisor repeats a sample until its next housekeeping. One kubelet that
 * fails costs its own samples; `read` throws `source-unavailable` when no kubelet has answered for three intervals.
 */
export function createScrapeSource(options: ScrapeOptions): ScrapeSource {
  const { clock, intervalMs = 15_000, windowMs = 3_600_000, parallel = 4, timeoutMs = 10_000 } = options;
  const namespaces = options.namespaces ?? ['openfaas-fn'];
  const containers = new ContainerStore(namespaces, windowMs);
  const calls = new CallStore(options.defaultNamespace ?? namespaces[0] ?? 'openfaas-fn', windowMs);
  const failing = new Map<string, string>();
  const stopping = new AbortController();
  let nodes: readonly string[] = [];
  let nodesAtMs = -Infinity;
  let containersAtMs = -Infinity;
  let scrapedAtMs = -Infinity;
  let underway: Promise<void> | null = null;
  let timer: NodeJS.Timeout | undefined;

  const target = (url: string): Target => ({ url, timeoutMs, signal: stopping.signal });
  const kubeletPath = (node: string): string =>
    `/api/v1/nodes/${encodeURIComponent(node)}/proxy/metrics/cadvisor`;
  const addressOf = (path: string): string =>
    printableUrl(path.startsWith('/') ? apiUrl(options.kubernetes.url, path) : path);
  /** A path is the API server's own. */
  const targetOf = async (path: string): Promise<Target> =>
    path.startsWith('/') ? { ...target(''), ...(await apiRequest(options.kubernetes, path)) } : target(path);

  async function attempt(address: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
      if (failing.delete(address)) options.onProblem(`${address} answers again`);
    } catch (error) {
      if (stopping.signal.aborted) return;
      const message = error instanceof Error ? error.message : String(error);
      if (!failing.has(address)) options.onProblem(message);
      failing.set(address, message);
    }
  }

  async function listNodes(): Promise<void> {
    if (clock() - nodesAtMs < NODES_MS && nodes.length > 0) return;
    await attempt(`${printableUrl(options.kubernetes.url)} (nodes)`, async () => {
      nodes = await options.nodes(stopping.signal);
      nodesAtMs = clock();
      const current = new Set(nodes.map((node) => addressOf(kubeletPath(node))));
      for (const address of failing.keys()) {
        if (address.includes('/proxy/metrics/') && !current.has(address)) failing.delete(address);
      }
    });
  }

  async function readKubelet(node: string): Promise<void> {
    const path = kubeletPath(node);
    await attempt(addressOf(path), async () => {
      const scrape = containers.begin(clock());
      await readExposition(await targetOf(path), scrape.parser);
      scrape.commit();
      containersAtMs = clock();
    });
  }

  async function readGateway(): Promise<void> {
    const path = options.gatewayMetricsUrl;
    if (path === null) return;
    await attempt(addressOf(path), async () => {
      const scrape = calls.begin(clock());
      await readExposition(await targetOf(path), scrape.parser);
      scrape.commit();
    });
  }

  async function readKubelets(): Promise<void> {
    await listNodes();
    const waiting = nodes.values();
    const lane = async (): Promise<void> => {
      for (const node of waiting) await readKubelet(node);
    };
    await Promise.all(Array.from({ length: parallel }, lane));
  }

  async function scrapeAll(): Promise<void> {
    await Promise.all([readKubelets(), readGateway()]);
    scrapedAtMs = clock();
    containers.forget(scrapedAtMs - windowMs);
  }

  function scrape(): Promise<void> {
    underway ??= scrapeAll().finally(() => {
      underway = null;
    });
    return underway;
  }

  function requireFresh(): void {
    if (clock() - containersAtMs <= STALE_INTERVALS * intervalMs) return;
    const why = [...failing.values()].join('; ');
    throw new ForesizeError(
      'source-unavailable',
      why === '' ? `${printableUrl(options.kubernetes.url)} lists no nodes` : `no usage can be read: ${why}`,
    );
  }

  return {
    name: 'scrape',
    failures: () => [...failing.values()],
    async start() {
      if (timer !== undefined) return;
      timer = setInterval(() => void scrape(), intervalMs);
      timer.unref();
      await scrape();
    },
    async stop() {
      clearInterval(timer);
      stopping.abort();
      await underway;
    },
    async read(fromMs, signal) {
      if (clock() - scrapedAtMs > FRESH_MS) await scrape();
      signal.throwIfAborted();
      requireFresh();
      return { containers: containers.series(fromMs), calls: calls.series(fromMs) };
    },
  };
}
