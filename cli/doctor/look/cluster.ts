import * as z from 'zod';
import { type ApiServer } from '#platform/http/api-server.ts';
import type { KubernetesConnection } from '#platform/kubernetes/connect.ts';
import { readApi } from '#platform/kubernetes/api-error.ts';
import type { KubernetesWorkloads } from '#platform/kubernetes/workloads.ts';
import type { ClockFacts, ClusterFacts } from '../facts.ts';
import { see } from '../seen.ts';
import { answerAs, ask } from './ask.ts';

const versionSchema = z.object({ gitVersion: z.string() });

/** Throws `http-failed`, `kubernetes-refused` where the API server cannot be asked at all. */
export async function lookAtCluster(
  connection: KubernetesConnection,
  server: ApiServer,
  workloads: KubernetesWorkloads,
  signal: AbortSignal,
): Promise<ClusterFacts> {
  const { address, namespace } = connection;
  const begunMs = Date.now();
  const answer = await ask(server, '/version', { signal });
  const clock = clockFrom(answer.headers.date, begunMs, Date.now());
  const { gitVersion: version } = answerAs('question for the version', versionSchema, answer);
  const [hasNamespace, nodes, surroundings] = await Promise.all([
    see(signal, async () => {
      const what = `read of the namespace ${namespace}`;
      const read = () => connection.core(signal).readNamespace({ name: namespace });
      return (await readApi(what, address, signal, read)) !== null;
    }),
    see(signal, () => workloads.nodes(signal)),
    workloads.surroundings(signal),
  ]);
  return { address, version, clock, hasNamespace, nodes, surroundings };
}

/** By a Date header, which tells whole seconds. Without one, nothing is known. */
function clockFrom(header: string | undefined, begunMs: number, endedMs: number): ClockFacts {
  const dateMs = Date.parse(header ?? '');
  if (Number.isNaN(dateMs)) return { aheadMs: 0, withinMs: Infinity };
  return {
    aheadMs: (begunMs + endedMs) / 2 - (dateMs + 500),
    withinMs: 500 + (endedMs - begunMs) / 2,
  };
}
