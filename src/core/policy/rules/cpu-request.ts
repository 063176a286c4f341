import { POLICY } from '../constants.ts';
import type { Rule } from '../context.ts';
import { move, remark } from '../context.ts';
import { roundUp } from '../resources.ts';
import { cappedForecast } from './forecast-cap.ts';

/** Requests reserve: CPU for the p90 of the peak until the next decision. */
export const cpuRequest: Rule = (context, draft) => {
  if (draft.target.cpuRequestCores === null || context.qosClass === 'Guaranteed') return draft;
  const p90 = cappedForecast(context, 'cpu', 'p90');
  if (p90 === null) return remark(draft, 'cpu-request', 'cpu-request', 'no forecast of CPU');
  const cores = roundUp('cpu', p90.value * POLICY.requestMargin);
  return move(draft, 'cpu-request', 'cpu-request', cores, `${p90.told} × ${POLICY.requestMargin}`);
};
