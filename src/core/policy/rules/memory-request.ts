import { POLICY } from '../constants.ts';
import type { Rule } from '../context.ts';
import { move, remark } from '../context.ts';
import { roundUp } from '../resources.ts';
import { cappedForecast } from './forecast-cap.ts';

/** Requests reserve: memory for the p95 of the peak until the next decision. */
export const memoryRequest: Rule = (context, draft) => {
  if (draft.target.memoryRequestBytes === null || context.qosClass === 'Guaranteed') return draft;
  const p95 = cappedForecast(context, 'memory', 'p95');
  if (p95 === null) return remark(draft, 'memory-request', 'memory-request', 'no forecast of memory');
  const bytes = roundUp('memory', p95.value * POLICY.requestMargin);
  return move(draft, 'memory-request', 'memory-request', bytes, `${p95.told} × ${POLICY.requestMargin}`);
};
