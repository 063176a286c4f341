import type {
  V1LimitRange,
  V1ResourceQuota,
  V2HorizontalPodAutoscaler,
  V2MetricSpec,
} from '@kubernetes/client-node';
import type { HpaFacts, LimitRangeFacts, QuotaFacts } from '#core/chain/ports.ts';
import type { Metric } from '#core/policy/resources.ts';
import { parseCpuCores, parseMemoryBytes } from '#core/units/quantity.ts';
import type { Resources } from '#core/usage/reading.ts';
import { parseIfSet } from './resources.ts';

type Quantities = Readonly<Record<string, string>> | undefined;

const bounds = (quantities: Quantities): Record<Metric, number | null> => ({
  cpu: parseIfSet(quantities?.cpu, parseCpuCores),
  memory: parseIfSet(quantities?.memory, parseMemoryBytes),
});

/** A ratio is a bare number, written as a quantity: `1500m` is 1.5. */
const ratios = (quantities: Quantities): Record<Metric, number | null> => ({
  cpu: parseIfSet(quantities?.cpu, parseCpuCores),
  memory: parseIfSet(quantities?.memory, parseCpuCores),
});

/** Its parts about containers; none where it is about pods or volume claims only. Throws `quantity-invalid`. */
export function toLimitRangeFacts({ metadata, spec }: V1LimitRange): LimitRangeFacts[] {
  const parts = (spec?.limits ?? []).filter(({ type }) => type === 'Container');
  return parts.map(({ min, max, maxLimitRequestRatio }) => ({
    name: metadata?.name ?? '',
    min: bounds(min),
    max: bounds(max),
    ratio: ratios(maxLimitRequestRatio),
  }));
}

/** A pod of a function runs without an end and requests something. Scopes by priority class, no facts of a pod tell. */
const MATCHED_SCOPES: ReadonlySet<string> = new Set(['NotTerminating', 'NotBestEffort']);

/** `requests.cpu` may be written `cpu`. */
const counted = (quantities: Quantities): Resources => ({
  cpuRequestCores: parseIfSet(quantities?.['requests.cpu'] ?? quantities?.cpu, parseCpuCores),
  cpuLimitCores: parseIfSet(quantities?.['limits.cpu'], parseCpuCores),
  memoryRequestBytes: parseIfSet(quantities?.['requests.memory'] ?? quantities?.memory, parseMemoryBytes),
  memoryLimitBytes: parseIfSet(quantities?.['limits.memory'], parseMemoryBytes),
});

/** Null for a quota whose scopes do not, or not certainly, hold for functions. Throws `quantity-invalid`. */
export function toQuotaFacts({ metadata, spec, status }: V1ResourceQuota): QuotaFacts | null {
  const selected = (spec?.scopeSelector?.matchExpressions ?? []).map(({ scopeName }) => scopeName);
  if (![...(spec?.scopes ?? []), ...selected].every((scope) => MATCHED_SCOPES.has(scope))) return null;
  return { name: metadata?.name ?? '', hard: counted(status?.hard), used: counted(status?.used) };
}

const asMetric = (name: string | undefined): Metric | null =>
  name === 'cpu' || name === 'memory' ? name : null;

function toMetricFacts({ resource, containerResource }: V2MetricSpec): HpaFacts['metrics'][number] {
  const type = (resource?.target ?? containerResource?.target)?.type;
  return {
    resource: asMetric(resource?.name ?? containerResource?.name),
    kind: type === 'Utilization' || type === 'AverageValue' ? type : 'other',
  };
}

/** Null for one that scales something else than a Deployment. */
export function toHpaFacts({ metadata, spec }: V2HorizontalPodAutoscaler): HpaFacts | null {
  if (spec?.scaleTargetRef.kind !== 'Deployment') return null;
  return {
    name: metadata?.name ?? '',
    target: spec.scaleTargetRef.name,
    minReplicas: spec.minReplicas ?? 1,
    maxReplicas: spec.maxReplicas,
    metrics: (spec.metrics ?? []).map(toMetricFacts),
  };
}
