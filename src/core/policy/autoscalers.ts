import type { HpaFacts, LiveFunction, Surroundings } from '../chain/ports.ts';
import type { Metric } from './resources.ts';

/** OpenFaaS's own scaler reads these labels. */
const SCALE_LABEL = 'com.openfaas.scale.';

/** Community Edition gives no more; its gateway takes a larger number for this one. */
const MOST_REPLICAS = 5;

/** The HorizontalPodAutoscaler that scales the function's Deployment; undefined where none is known. */
export function autoscalerOf(
  { hpas }: Surroundings,
  { name }: Pick<LiveFunction, 'name'>,
): HpaFacts | undefined {
  return hpas?.find(({ target }) => target === name);
}

/** An average value is compared with use alone; a utilisation is use ÷ request, so it moves with the request. */
export const scalesByRequest = ({ metrics }: HpaFacts, metric: Metric): boolean =>
  metrics.some(({ resource, kind }) => resource === metric && kind === 'Utilization');

/** The labels by which OpenFaaS's own scaler is told of the function. */
export const scaleLabels = ({ labels }: Pick<LiveFunction, 'labels'>): string[] =>
  Object.keys(labels)
    .filter((label) => label.startsWith(SCALE_LABEL))
    .sort();

function countOf(text: string | undefined): number | null {
  return text !== undefined && /^\d{1,6}$/.test(text) && Number(text) > 0 ? Number(text) : null;
}

/** Cores of a pod that OpenFaaS Pro scales to: it counts millicores of use. Null where it does not scale by them. */
export function scaleTargetCores({ labels }: Pick<LiveFunction, 'labels'>): number | null {
  if (labels[`${SCALE_LABEL}type`] !== 'cpu') return null;
  const millicores = countOf(labels[`${SCALE_LABEL}target`]);
  return millicores === null ? null : millicores / 1000;
}

/** To how many replicas whoever scales the function may go. */
export function mostReplicas(
  { labels }: Pick<LiveFunction, 'labels'>,
  autoscaler: HpaFacts | undefined,
): number {
  return autoscaler?.maxReplicas ?? countOf(labels[`${SCALE_LABEL}max`]) ?? MOST_REPLICAS;
}
