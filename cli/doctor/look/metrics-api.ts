import * as z from 'zod';
import type { ApiServer } from '#platform/http/api-server.ts';
import type { MetricsApiFacts } from '../facts.ts';
import { type Seen, see } from '../seen.ts';
import { answerAs, ask, saidIn } from './ask.ts';

const listSchema = z.object({ items: z.array(z.unknown()) });

/** 404: nobody serves the group; 503: what serves it does not answer. */
const ABSENT = [404, 503];

export function lookAtMetricsApi(
  server: ApiServer,
  namespace: string,
  signal: AbortSignal,
): Promise<Seen<MetricsApiFacts>> {
  return see(signal, async () => {
    const path = `/apis/metrics.k8s.io/v1beta1/namespaces/${encodeURIComponent(namespace)}/pods`;
    const answer = await ask(server, path, { signal });
    if (ABSENT.includes(answer.status)) return { absence: saidIn(answer), pods: 0 };
    const { items } = answerAs('list of the pods of metrics.k8s.io', listSchema, answer);
    return { absence: null, pods: items.length };
  });
}
