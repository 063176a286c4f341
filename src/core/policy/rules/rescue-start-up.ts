import { POLICY } from '../constants.ts';
import type { Rule } from '../context.ts';
import { rescueTo } from './rescue-throttling.ts';

/** A pod held back while it starts may never become ready: a liveness probe kills at about 6 s. Needs no fresh samples. */
export const rescueStartUp: Rule = (context, draft) => {
  const { signals, settings, state } = context;
  if (settings.cpuLimit === 'none' || !signals.notReady || !signals.notReadyThrottled) return draft;
  const cores = Math.max(
    state.original.cpuLimitCores ?? 0,
    (state.cpuSecondsUntilReady ?? 0) / POLICY.startSeconds,
    POLICY.startCores,
  );
  return rescueTo(draft, 'rescue-start-up', cores, 'a pod is not ready and its CPU limit holds it back');
};
