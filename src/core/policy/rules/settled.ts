import type { Context, Draft, Rule } from '../context.ts';
import { holdShrink } from '../context.ts';
import { ages } from '../maxima.ts';
import { RESOURCE_NAMES } from '../resources.ts';

const holdAll = (context: Context, draft: Draft, rule: string, why: string): Draft =>
  RESOURCE_NAMES.reduce((next, resource) => holdShrink(context, next, rule, resource, why), draft);

/** Use under a limit is the limit, not the demand: nothing shrinks on it for five minutes, or two cycles. */
export const uncensored: Rule = (context, draft) => {
  const { now, state, settlingMs, cyclePeriodMs } = context;
  const wait = Math.max(settlingMs, 2 * cyclePeriodMs);
  if (state.censoredAt === null || now - state.censoredAt >= wait) return draft;
  const why = `use reached a limit ${ages(now - state.censoredAt)} ago, and ${ages(wait)} must pass`;
  return holdAll(context, draft, 'uncensored', why);
};

/** A pod shows what it needs only once it has started and worked for a while. */
export const settledPods: Rule = (context, draft) => {
  const { now, live, signals, settlingMs } = context;
  const young = live.pods.find(
    (pod) => !pod.ready || pod.startedAtMs === null || now - pod.startedAtMs < settlingMs,
  );
  if (young === undefined && !signals.notReady) return draft;
  const why = young
    ? `${young.pod} has not been up for ${ages(settlingMs)}`
    : 'a pod was not ready when this was read';
  return holdAll(context, draft, 'settled-pods', why);
};

/**
 * Wall time from a resource's last change to its next shrink: a shrink shows its effect first, and what had to grow a
 * moment ago is not taken back at once.
 */
export const cooldown: Rule = (context, draft) => {
  const { now, state, settings, cyclePeriodMs } = context;
  return RESOURCE_NAMES.reduce((next, resource, index) => {
    const changedAfter = state.changed[index] ?? null;
    const age = changedAfter === null ? Infinity : now - state.firstSeenAt - 1000 * changedAfter;
    // Triggers jitter: half a cycle early counts as over, or a shrink would wait for the next sizing.
    if (age + cyclePeriodMs / 2 >= settings.cooldownMs) return next;
    const why = `it last changed ${ages(age)} ago, and ${ages(settings.cooldownMs)} must pass`;
    return holdShrink(context, next, 'cooldown', resource, why);
  }, draft);
};

/** What is being rescued shrinks nowhere. */
export const noRescue: Rule = (context, draft) =>
  draft.rescued ? holdAll(context, draft, 'no-rescue', 'the function is being rescued') : draft;
