import { POLICY } from '../constants.ts';
import type { Rule } from '../context.ts';
import { move, remark } from '../context.ts';
import { formatCpuCores } from '../../units/quantity.ts';
import { roundUp } from '../resources.ts';
import { cappedForecast } from './forecast-cap.ts';

/** Requests reserve: CPU for the p90 of the peak until the next decision. */
export const cpuRequest: Rule = (context, draft) => {
  const { forecast, qosClass } = context;
  if (draft.target.cpuRequestCores === null || qosClass === 'Guaranteed') return draft;
  if (forecast.peak.cpu === null) return remark(draft, 'cpu-request', 'cpu-request', 'no forecast of CPU');
  const p90 = cappedForecast(context, 'cpu', forecast.peak.cpu.p90);
  const why = `peak forecast (p90) ${formatCpuCores(p90)} × ${POLICY.requestMargin}`;
  return move(draft, 'cpu-request', 'cpu-request', roundUp('cpu', p90 * POLICY.requestMargin), why);
};
