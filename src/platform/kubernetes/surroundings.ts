import type { Surroundings } from '#core/chain/ports.ts';
import { callApi } from './api-error.ts';
import type { KubernetesConnection } from './connect.ts';
import { toHpaFacts, toLimitRangeFacts, toQuotaFacts } from './surroundings-facts.ts';

/**
 * What surrounds the functions of the connection's namespace: one call each. What is forbidden or fails is null, and said
 * in `unknown`; only an aborted `signal` throws.
 */
export async function readSurroundings(
  connection: KubernetesConnection,
  signal: AbortSignal,
): Promise<Surroundings> {
  const { namespace, address } = connection;
  const unknown: string[] = [];
  const known = async <T>(what: string, call: () => Promise<T>): Promise<T | null> => {
    try {
      return await callApi(what, address, signal, call);
    } catch (error) {
      signal.throwIfAborted();
      unknown.push(error instanceof Error ? error.message : String(error));
      return null;
    }
  };
  const core = connection.core(signal);
  const [servesResize, limitRanges, quotas, hpas] = await Promise.all([
    known('list of what the API serves', async () => {
      const { resources } = await core.getAPIResources();
      return resources.some(({ name }) => name === 'pods/resize');
    }),
    known(`list of the LimitRanges in ${namespace}`, async () => {
      const { items } = await core.listNamespacedLimitRange({ namespace });
      return items.flatMap(toLimitRangeFacts);
    }),
    known(`list of the ResourceQuotas in ${namespace}`, async () => {
      const { items } = await core.listNamespacedResourceQuota({ namespace });
      return items.map(toQuotaFacts).filter((fact) => fact !== null);
    }),
    known(`list of the HorizontalPodAutoscalers in ${namespace}`, async () => {
      const { items } = await connection
        .autoscaling(signal)
        .listNamespacedHorizontalPodAutoscaler({ namespace });
      return items.map(toHpaFacts).filter((fact) => fact !== null);
    }),
  ]);
  return { servesResize, limitRanges, quotas, hpas, unknown: unknown.sort() };
}
