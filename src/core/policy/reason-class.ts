import type { Decision, Step } from '../messages/decision.ts';
import { rolledBack } from './rules/rollback.ts';

/** Rules that only tidy what others decided. */
const TIDYING: ReadonlySet<string> = new Set(['bounds', 'rounding', 'quality-of-service']);

const isChange = ({ before, after }: Step): boolean => before !== after;

/**
 * A decision's reason as one of a small set of words: `rollback` where it undoes a shrink; of a resize the rule that
 * first asked for it; of a hold the rule with the last word, `fits` where sizing ran and none spoke, `waits` where
 * sizing did not run (it is not due, or knows too little); `skipped` of a skip. The sentence is in `reason`.
 */
export function reasonClass(decision: Pick<Decision, 'action' | 'path' | 'steps'>): string {
  const { action, path, steps } = decision;
  if (action === 'skip') return 'skipped';
  if (rolledBack(decision).length > 0) return 'rollback';
  const said = steps.filter(({ rule }) => !TIDYING.has(rule));
  const rule =
    action === 'resize'
      ? (said.find(isChange) ?? steps.find(isChange))?.rule
      : (said.at(-1) ?? steps.at(-1))?.rule;
  return rule ?? (path === 'sizing' ? 'fits' : 'waits');
}
