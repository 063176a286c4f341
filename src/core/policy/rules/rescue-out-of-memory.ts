import { POLICY } from '../constants.ts';
import type { Context, Rule } from '../context.ts';
import { move } from '../context.ts';
import { formatMemoryBytes } from '../../units/quantity.ts';
import type { FunctionState } from '../state.ts';

interface Kill {
  readonly atMs: number;
  readonly limitBytes: number;
}

/** The newest kill that was not answered yet. */
function unansweredKill({ signals, state, live, base }: Context): Kill | null {
  const newest = signals.oomKills.at(-1);
  if (newest === undefined || newest.atMs <= (state.oom?.at ?? -Infinity)) return null;
  const limitBytes =
    newest.memoryLimitBytes ?? live.pods[0]?.inForce.memoryLimitBytes ?? base.memoryLimitBytes;
  return limitBytes === null ? null : { atMs: newest.atMs, limitBytes };
}

/** Another pod killed at the old limit is the same event; a kill above it means that the answer was too small. */
const isRepeat = (kill: Kill, last: FunctionState['oom']): boolean =>
  last !== null && kill.atMs - last.at <= POLICY.oomRepeatMs && kill.limitBytes > last.limitBytes;

/** At its maximum a limit grows no more, and what leaks goes on being killed there: that is a row, too. */
function rowOf(kill: Kill, last: FunctionState['oom']): number {
  if (last === null || kill.atMs - last.at > POLICY.oomRowMs) return 1;
  const isSameEvent = kill.limitBytes <= last.limitBytes && kill.atMs - last.at <= POLICY.oomEventMs;
  return isSameEvent ? last.count : last.count + 1;
}

const grownSince = (kill: Kill, last: FunctionState['oom']): string =>
  last !== null && kill.limitBytes > last.limitBytes ? ' although it grew' : '';

/** A container was killed for want of memory: its limit grows, each kill answered once. */
export const rescueOutOfMemory: Rule = (context, draft) => {
  const kill = unansweredKill(context);
  const current = draft.target.memoryLimitBytes;
  if (kill === null || current === null) return draft;
  const last = context.state.oom;
  const factor = isRepeat(kill, last) ? POLICY.oomRepeatFactor : POLICY.oomFactor;
  const bytes = Math.max(kill.limitBytes * factor, kill.limitBytes + POLICY.oomLeastBytes);
  const count = rowOf(kill, last);
  const oom = { at: kill.atMs, limitBytes: kill.limitBytes, count };
  const answered = { ...draft, remember: { ...draft.remember, oom } };
  if (bytes <= current) return answered;
  const row =
    count >= POLICY.oomLeakRow
      ? `, ${count} times in a row${grownSince(kill, last)}: this looks like a leak`
      : '';
  const why = `killed for want of memory at a limit of ${formatMemoryBytes(kill.limitBytes)}${row}`;
  return { ...move(answered, 'rescue-out-of-memory', 'memory-limit', bytes, why), rescued: true };
};
