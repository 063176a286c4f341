import type { Rule } from '../context.ts';
import { holdShrink } from '../context.ts';
import { ages } from '../maxima.ts';
import { quarantineOf } from '../quarantine.ts';
import { changedWith, RESOURCE_NAMES } from '../resources.ts';

/** What had to be rolled back does not shrink again for a day or more. It may grow, and so may everything else shrink. */
export const quarantine: Rule = (context, draft) =>
  RESOURCE_NAMES.reduce((next, resource) => {
    const { now, state, qosClass } = context;
    const held = changedWith(qosClass, resource).map((name) => quarantineOf(state, name, now));
    const current = held.find((one) => one !== null);
    if (current === undefined) return next;
    const { fromMs, untilMs, count } = current;
    const times = count === 1 ? '' : ` for the ${ordinal(count)} time`;
    const why = `it was rolled back ${ages(now - fromMs)} ago${times}, and may shrink again in ${ages(untilMs - now)}`;
    return holdShrink(context, next, 'quarantine', resource, why);
  }, draft);

function ordinal(count: number): string {
  const names = ['first', 'second', 'third', 'fourth', 'fifth'];
  return names[count - 1] ?? `${count}th`;
}
