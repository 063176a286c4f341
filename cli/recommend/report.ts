import { byImpact, type Totals, totalsOf } from '#core/recommend/ranking.ts';
import type { Recommendation } from '#core/recommend/recommendation.ts';
import type { Observation } from '../observe/observation.ts';

/** What every format prints: recommendations by impact, and what stands beside them. */
export interface Report {
  readonly target: string;
  /** Unix ms. */
  readonly at: number;
  readonly recommendations: readonly Recommendation[];
  readonly totals: Totals;
  /** Functions whose annotations are wrong, and what is wrong. */
  readonly problems: readonly { readonly name: string; readonly problem: string }[];
  readonly notes: readonly string[];
}

export function reportOf({ target, at, functions, notes }: Observation): Report {
  const recommendations = functions.flatMap(({ recommendation }) => recommendation ?? []);
  return {
    target,
    at,
    recommendations: byImpact(recommendations),
    totals: totalsOf(recommendations),
    problems: functions.flatMap(({ live: { name }, problem }) =>
      problem === null ? [] : [{ name, problem }],
    ),
    notes,
  };
}

/** What there is to know besides the recommendations, a line each. */
export function remarksOf({ problems, notes }: Pick<Report, 'problems' | 'notes'>): readonly string[] {
  return [
    ...problems.map(({ name, problem }) => `${name} is left alone: ${problem}`),
    ...notes.map((note) => `note: ${note}`),
  ];
}
