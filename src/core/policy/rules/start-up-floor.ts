import { POLICY } from '../constants.ts';
import type { Rule } from '../context.ts';
import { move } from '../context.ts';
import { formatCpuCores } from '../../units/quantity.ts';

/** Any CPU limit that is written lets a pod start within two seconds: right in steady state can be a start-up loop. */
export const startUpFloor: Rule = (context, draft) => {
  const wanted = draft.target.cpuLimitCores;
  const untilReady = context.state.cpuSecondsUntilReady;
  if (wanted === null || untilReady === null || wanted === context.base.cpuLimitCores) return draft;
  const floor = untilReady / POLICY.startSeconds;
  if (wanted >= floor) return draft;
  // A shrink is given up where the floor is above what the user runs with.
  const base = context.base.cpuLimitCores ?? floor;
  const after = wanted < base ? Math.min(base, floor) : floor;
  const why = `a start needs ${formatCpuCores(floor)} to take ${POLICY.startSeconds} s`;
  return move(draft, 'start-up-floor', 'cpu-limit', after, why);
};
