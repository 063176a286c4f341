import { typicalStepMs } from '#core/usage/typical-step.ts';
import { querySamples, type RawSeries } from '#platform/sources/prometheus-api.ts';
import {
  defaultQueries,
  parseQueryOverrides,
  type PrometheusQueries,
} from '#platform/sources/prometheus-queries.ts';
import type { CollectConfig } from '../../../functions/collect-metrics/config.ts';
import type { PrometheusFacts, SeriesFacts } from '../facts.ts';
import { see } from '../seen.ts';
import type { Endpoint } from './endpoint.ts';
import { findPrometheus, type Place } from './places.ts';

/** Long enough for two samples of any usual scrape interval. */
const RANGE = '5m';

/** The Prometheus of the place; null where there is none, and none is expected. */
export async function lookAtAnyPrometheus(
  place: Place,
  config: Readonly<CollectConfig> | null,
): Promise<PrometheusFacts | null> {
  const endpoint = findPrometheus(place, config);
  if (endpoint === null) return null;
  const series = await lookAtSeries(endpoint, queriesOf(place.flags.namespace, config), place.signal);
  const isExpected = place.flags.prometheus !== undefined || config?.METRICS_SOURCE === 'prometheus';
  const pinned = pinnedBy(config);
  return isExpected || 'value' in series ? { where: endpoint.where, isExpected, pinned, series } : null;
}

function pinnedBy(config: Readonly<CollectConfig> | null): string | null {
  const labels = Object.entries(config?.PROMETHEUS_CONTAINER_LABELS ?? {});
  return labels.length === 0 ? null : labels.map(([name, value]) => `${name}=${value}`).join(',');
}

/** Those that collect-metrics asks. */
function queriesOf(namespace: string, config: Readonly<CollectConfig> | null): PrometheusQueries {
  if (config === null) return defaultQueries({ namespaces: [namespace] });
  const {
    PROMETHEUS_CONTAINER_LABELS: containerLabels,
    PROMETHEUS_GATEWAY_LABELS: gatewayLabels,
    PROMETHEUS_QUERIES: overrides,
  } = config;
  return {
    ...defaultQueries({ namespaces: [namespace], containerLabels, gatewayLabels }),
    ...(overrides === undefined ? {} : parseQueryOverrides(overrides)),
  };
}

/** The last five minutes of each query. */
function lookAtSeries(
  endpoint: Endpoint,
  queries: PrometheusQueries,
  signal: AbortSignal,
): Promise<PrometheusFacts['series']> {
  const asked = Object.entries(queries);
  return see(signal, async () => {
    const address = await endpoint.to('');
    const now = Date.now();
    const found = await Promise.all(
      asked.map(async ([key, query]) => {
        return [key, await querySamples(address, `${query}[${RANGE}]`, now, signal)] as const;
      }),
    );
    const all = new Map<string, readonly RawSeries[]>(found);
    return {
      byQuery: Object.fromEntries(found.map(([key, some]) => [key, factsOf(some)])),
      functions: new Set((all.get('cpuSeconds') ?? []).map(({ labels }) => labels.container ?? '')),
    };
  });
}

function factsOf(series: readonly RawSeries[]): SeriesFacts {
  const longest = series.reduce<RawSeries | null>(
    (best, one) => (one.timesMs.length > (best?.timesMs.length ?? 1) ? one : best),
    null,
  );
  return { series: series.length, stepMs: longest === null ? null : typicalStepMs(longest.timesMs) };
}
