import { POLICY } from './constants.ts';
import { ages } from './maxima.ts';
import type { SuiteState } from './state.ts';

/** What became of one function in a message. */
export interface ShrinkEvent {
  /** `namespace/name` */
  readonly key: string;
  readonly event: 'shrunk' | 'rolled-back';
}

type Recent = NonNullable<SuiteState['shrinks']>;

const isOver = ({ stoppedAt }: Recent, now: number): boolean =>
  stoppedAt !== null && now >= stoppedAt + POLICY.shrinkStopMs;

/**
 * Why nothing shrinks in the whole suite; null if it may. Three rollbacks among the last five resizes that shrank
 * something say that the evidence is not to be trusted, whichever function it is of: for a day nothing shrinks. That
 * ends by itself, and then counting begins anew.
 */
export function shrinkStop({ shrinks }: SuiteState, now: number): string | null {
  if (shrinks === undefined || shrinks.stoppedAt === null || isOver(shrinks, now)) return null;
  const names = shrinks.last.filter(({ reverted }) => reverted).map(({ key }) => key);
  const left = ages(shrinks.stoppedAt + POLICY.shrinkStopMs - now);
  const rolledBack = `${names.length} of the last ${shrinks.last.length} were rolled back`;
  return `nothing shrinks anywhere for another ${left}: of the suite's shrinks, ${rolledBack} (${names.join(', ')})`;
}

/** The newest shrink of the function as reverted; one that the last five have left behind counts again. */
function reverted(last: Recent['last'], key: string): Recent['last'] {
  const index = last.findLastIndex((entry) => entry.key === key && !entry.reverted);
  if (index === -1) return [...last, { key, reverted: true }];
  return last.map((entry, at) => (at === index ? { ...entry, reverted: true } : entry));
}

/** The suite's memory once `events` have happened at `now`, in this order. */
export function suiteAfter(suite: SuiteState, events: readonly ShrinkEvent[], now: number): SuiteState {
  const before = suite.shrinks ?? { last: [], stoppedAt: null };
  const start: Recent = isOver(before, now) ? { last: [], stoppedAt: null } : before;
  if (events.length === 0 && start === before) return suite;
  const last = events
    .reduce(
      (known, { key, event }) =>
        event === 'shrunk' ? [...known, { key, reverted: false }] : reverted(known, key),
      start.last,
    )
    .slice(-POLICY.shrinksCounted);
  const count = last.filter((entry) => entry.reverted).length;
  const stops = start.stoppedAt === null && count >= POLICY.shrinksReverted;
  return { ...suite, shrinks: { last, stoppedAt: stops ? now : start.stoppedAt } };
}
