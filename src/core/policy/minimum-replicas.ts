import type { LiveFunction } from '../chain/ports.ts';

/** Replicas that OpenFaaS keeps at least; it takes 1 for anything that is no count. */
const LABEL = 'com.openfaas.scale.min';

/** To how few replicas the function's autoscaler may go while it is called. */
export function minimumReplicas({ labels }: Pick<LiveFunction, 'labels'>): number {
  const text = labels[LABEL] ?? '';
  return /^\d+$/.test(text) ? Math.max(1, Number(text)) : 1;
}

/** CPU that one pod must be able to give: what the busiest used, and its part of all once only the fewest are left. */
export function cpuToFit(
  podCores: number | null,
  totalCores: number | null | undefined,
  live: Pick<LiveFunction, 'labels'>,
): number | null {
  if (podCores === null || totalCores === null || totalCores === undefined) return podCores;
  return Math.max(podCores, totalCores / minimumReplicas(live));
}
