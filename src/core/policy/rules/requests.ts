import type { Rule } from '../context.ts';
import { move, remark } from '../context.ts';
import { type Metric, roundUp, valueOf } from '../resources.ts';
import { cappedForecast } from './forecast-cap.ts';

/** Requests reserve for the peak until the next decision, with a margin. */
function requestFor(metric: Metric, level: 'p90' | 'p95', name: string): Rule {
  const resource = `${metric}-request` as const;
  return (context, draft) => {
    if (valueOf(draft.target, resource) === null || context.qosClass === 'Guaranteed') return draft;
    const peak = cappedForecast(context, metric, level);
    if (peak === null) return remark(draft, resource, resource, `no forecast of ${name}`);
    const wanted = roundUp(metric, peak.value * context.requestMargin);
    return move(draft, resource, resource, wanted, `${peak.told} × ${context.requestMargin}`);
  };
}

/** CPU above its request is still served while the node has room. */
export const cpuRequest = requestFor('cpu', 'p90', 'CPU');

/** Memory above its request makes the pod the first that a full node kills. */
export const memoryRequest = requestFor('memory', 'p95', 'memory');
