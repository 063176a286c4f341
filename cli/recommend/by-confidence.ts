import { changesBetween } from '#core/policy/reason.ts';
import {
  CONFIDENCE_LEVELS,
  type ConfidenceLevel,
  type Recommendation,
} from '#core/recommend/recommendation.ts';

interface ByConfidence {
  readonly sure: readonly Recommendation[];
  /** Changes that are not sure enough. */
  readonly doubtful: readonly Recommendation[];
}

const rankOf = (level: ConfidenceLevel): number => CONFIDENCE_LEVELS.indexOf(level);

/** Something is known, and other sizes are recommended than there are. */
export const isChange = ({ reason, from, to }: Recommendation): boolean =>
  reason !== 'unknown' && changesBetween(from, to).length > 0;

/** What is at least so sure, and the changes that are not. */
export function byConfidence(
  recommendations: readonly Recommendation[],
  least: ConfidenceLevel,
): ByConfidence {
  const isSure = ({ confidence }: Recommendation): boolean => rankOf(confidence.level) >= rankOf(least);
  return {
    sure: recommendations.filter(isSure),
    doubtful: recommendations.filter((one) => !isSure(one) && isChange(one)),
  };
}

/** What is left out, and how it would not be; null where nothing is. */
export function doubtText(doubtful: readonly Recommendation[], least: ConfidenceLevel): string | null {
  if (doubtful.length === 0) return null;
  const told = doubtful.map(({ name, confidence }) => `${name} (${confidence.level}: ${confidence.reason})`);
  const lowest = Math.min(...doubtful.map(({ confidence }) => rankOf(confidence.level)));
  return `left out, for less confidence than ${least}: ${told.join(', ')}; --min-confidence ${CONFIDENCE_LEVELS[lowest] ?? 'low'} takes all`;
}
