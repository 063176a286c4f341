import { type Reason, type Recommendation, REASONS } from './recommendation.ts';

/**
 * GiB of memory that cost as much as a core: 7.5 by Google's list price of E2 (0.0218 and 0.0029 $ an hour), 8 by the
 * shapes that clouds sell most.
 */
const GIB_PER_CORE = 8;

/** What hurts now goes before what costs. */
const URGENT: ReadonlySet<Reason> = new Set(['killed', 'leak', 'throttled', 'short']);

/** What a change moves, in cores' worth of cost, whichever way. */
function impactOf({ savedCpuCores, savedMemoryBytes }: Recommendation): number {
  return Math.abs(savedCpuCores) + Math.abs(savedMemoryBytes) / (GIB_PER_CORE * 2 ** 30);
}

function rankOf({ reason }: Recommendation): number {
  return URGENT.has(reason) ? REASONS.indexOf(reason) : URGENT.size;
}

/** By impact: what hurts now, worst first, then by what changes most; names settle ties. */
export function byImpact(recommendations: readonly Recommendation[]): readonly Recommendation[] {
  return [...recommendations].sort(
    (left, right) =>
      rankOf(left) - rankOf(right) ||
      impactOf(right) - impactOf(left) ||
      (left.name < right.name ? -1 : left.name > right.name ? 1 : 0),
  );
}

export interface Totals {
  readonly functions: number;
  readonly savedCpuCores: number;
  readonly savedMemoryBytes: number;
  readonly reasons: Readonly<Partial<Record<Reason, number>>>;
}

export function totalsOf(recommendations: readonly Recommendation[]): Totals {
  const sum = (of: (one: Recommendation) => number): number =>
    recommendations.reduce((total, one) => total + of(one), 0);
  const reasons: Partial<Record<Reason, number>> = {};
  for (const { reason } of recommendations) reasons[reason] = (reasons[reason] ?? 0) + 1;
  return {
    functions: recommendations.length,
    savedCpuCores: Math.round(1000 * sum((one) => one.savedCpuCores)) / 1000,
    savedMemoryBytes: sum((one) => one.savedMemoryBytes),
    reasons,
  };
}
