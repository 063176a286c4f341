import { isBelow, trialLeftMs, withOthers } from '../canary.ts';
import type { Context, Draft, Rule } from '../context.ts';
import { holdShrink, move } from '../context.ts';
import { ages } from '../maxima.ts';
import { isSame, RESOURCE_NAMES, valueOf } from '../resources.ts';

/** Why nothing of this function may shrink now, whatever the evidence; null if it may. */
function whyHeld({ state, now, live, base, shrinkHeld }: Context, draft: Draft): string | null {
  if (state.canary !== null) {
    return `${state.canary.pod} tries the last shrink alone for another ${ages(trialLeftMs(state, now))}`;
  }
  if (live.pods.some(({ desired }) => isBelow(base, desired))) {
    return 'pods that are still larger get the last decision first';
  }
  const grows = RESOURCE_NAMES.some(
    (name) => (valueOf(draft.target, name) ?? 0) > (valueOf(base, name) ?? Infinity),
  );
  if (live.pods.length > 1 && grows) return 'what grows goes to all pods first';
  return shrinkHeld;
}

/** A shrink goes to one pod first, to a tenth of the functions in a cycle, and to none while shrinks go wrong. */
export const blastRadius: Rule = (context, draft) => {
  const why = whyHeld(context, draft);
  if (why === null) return draft;
  return RESOURCE_NAMES.reduce(
    (next, resource) => holdShrink(context, next, 'blast-radius', resource, why),
    draft,
  );
};

/**
 * Whatever has to grow while one pod tries a shrink ends the trial: all pods get at least what the others still have,
 * since the new size was not found to be enough.
 */
export const endOfTrial: Rule = (context, draft) => {
  const { state, live, base } = context;
  if (state.canary === null || isSame(draft.target, base)) return draft;
  const target = withOthers(draft.target, live.pods, state.canary);
  const why = `growth ends the trial of ${state.canary.pod}: all pods have at least what the others had`;
  const raised = RESOURCE_NAMES.reduce(
    (next, name) => move(next, 'blast-radius', name, valueOf(target, name) ?? 0, why),
    draft,
  );
  return { ...raised, remember: { ...raised.remember, canary: null } };
};
