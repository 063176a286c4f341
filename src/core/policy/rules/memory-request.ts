import { POLICY } from '../constants.ts';
import type { Rule } from '../context.ts';
import { move, remark } from '../context.ts';
import { formatValue, roundUp } from '../resources.ts';
import { cappedForecast } from './forecast-cap.ts';

/** Requests reserve: memory for the p95 of the peak until the next decision. */
export const memoryRequest: Rule = (context, draft) => {
  const { forecast, qosClass } = context;
  if (draft.target.memoryRequestBytes === null || qosClass === 'Guaranteed') return draft;
  if (forecast.peak.memory === null) {
    return remark(draft, 'memory-request', 'memory-request', 'no forecast of memory');
  }
  const p95 = cappedForecast(context, 'memory', forecast.peak.memory.p95);
  const why = `peak forecast (p95) ${formatValue('memory', p95)} × ${POLICY.requestMargin}`;
  return move(draft, 'memory-request', 'memory-request', roundUp('memory', p95 * POLICY.requestMargin), why);
};
