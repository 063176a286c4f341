import type { Rule } from '../context.ts';
import { remark } from '../context.ts';
import { leakSigns } from '../leak.ts';

/** Growth of memory hides a leak until the limit can grow no more, so what looks like one is said. Changes nothing. */
export const leak: Rule = (context, draft) => {
  const signs = leakSigns(context.state, context.now);
  if (signs === null) return draft;
  const resource = draft.target.memoryLimitBytes === null ? 'memory-request' : 'memory-limit';
  return remark(draft, 'leak', resource, `${signs}: this looks like a leak`);
};
