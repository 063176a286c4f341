import { POLICY } from '../constants.ts';
import type { Context, Rule } from '../context.ts';
import { move, remark } from '../context.ts';
import { formatValue, roundUp } from '../resources.ts';

/** What the limit must hold: the p99 of the forecast, 1.2 × the highest use on record, and what an OOM kill taught. */
function need({ forecast, peaks, state }: Context): number | null {
  const p99 = forecast.peak.memory?.p99;
  if (p99 === undefined) return null;
  const recorded = (peaks.memory.value ?? 0) * POLICY.memoryLimitMargin;
  return roundUp('memory', Math.max(p99, recorded, (state.oom?.limitBytes ?? 0) * POLICY.oomFactor));
}

/** Limits cap: memory grows as needed, and shrinks in a running pod only where the user asked for it. */
export const memoryLimit: Rule = (context, draft) => {
  const limit = draft.target.memoryLimitBytes;
  const bytes = need(context);
  if (limit === null || bytes === null) return draft;
  const why = `at least the forecast (p99) and ${POLICY.memoryLimitMargin} × the highest use on record`;
  if (bytes >= limit || context.settings.memoryShrink === 'in-place') {
    return move(draft, 'memory-limit', 'memory-limit', bytes, why);
  }
  if (context.peaks.memory.missing !== null || bytes >= limit * (1 - POLICY.tolerance)) return draft;
  const smaller = `${formatValue('memory', bytes)} would do; a smaller limit is left to the next deploy`;
  return remark(draft, 'memory-limit', 'memory-limit', smaller);
};
