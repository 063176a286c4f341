import { scaleTargetCores } from '../autoscalers.ts';
import { POLICY } from '../constants.ts';
import type { Rule } from '../context.ts';
import { move } from '../context.ts';
import { formatCpuCores } from '../../units/quantity.ts';

/**
 * OpenFaaS Pro adds a replica once each uses `com.openfaas.scale.target` millicores: under a limit near that they never
 * do. Any CPU limit that is written stays clear of it; one that a user set lower is left as it is.
 */
export const scaleTarget: Rule = (context, draft) => {
  const wanted = draft.target.cpuLimitCores;
  const base = context.base.cpuLimitCores;
  const target = scaleTargetCores(context.live);
  if (wanted === null || base === null || target === null || wanted === base) return draft;
  const floor = target * POLICY.scaleTargetMargin;
  if (wanted >= floor) return draft;
  const after = wanted < base ? Math.min(base, floor) : floor;
  const why = `OpenFaaS scales it at ${formatCpuCores(target)} a replica, and a limit stays ${POLICY.scaleTargetMargin} × above that`;
  return move(draft, 'scale-target', 'cpu-limit', after, why);
};
