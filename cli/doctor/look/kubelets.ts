import type { NodeFacts } from '#core/chain/ports.ts';
import { inLanes } from '#core/chain/in-lanes.ts';
import { ExpositionParser } from '#platform/exposition/parser.ts';
import { apiRequest, type ApiServer } from '#platform/http/api-server.ts';
import { CONTAINER_METRICS, CONTAINER_SPECS } from '#platform/sources/cadvisor-names.ts';
import { readExposition } from '#platform/sources/read-exposition.ts';
import type { KubeletFacts } from '../facts.ts';
import { see } from '../seen.ts';

const NAMES = [...Object.keys(CONTAINER_METRICS), ...Object.keys(CONTAINER_SPECS)];
const WANTED = Object.fromEntries(NAMES.map((name) => [name, ['container']]));

/** As collect-metrics reads them. */
const PARALLEL = 4;

/** What the kubelets' cAdvisor gives, each read once through the API server. */
export function lookAtKubelets(
  server: ApiServer,
  nodes: readonly NodeFacts[],
  signal: AbortSignal,
): Promise<readonly KubeletFacts[]> {
  return inLanes(nodes, PARALLEL, async ({ name: node }) => ({
    node,
    read: await see(signal, () => readKubelet(server, node, signal)),
  }));
}

async function readKubelet(server: ApiServer, node: string, signal: AbortSignal) {
  const names = new Set<string>();
  let newestMs: number | null = null;
  const parser = new ExpositionParser(WANTED, (metric, [container = ''], _value, timestampMs) => {
    if (container === '') return;
    names.add(metric);
    if (timestampMs > (newestMs ?? -Infinity)) newestMs = timestampMs;
  });
  const path = `/api/v1/nodes/${encodeURIComponent(node)}/proxy/metrics/cadvisor`;
  const askedAtMs = Date.now();
  await readExposition({ ...(await apiRequest(server, path)), signal }, parser);
  return { names, newestMs, askedAtMs };
}
