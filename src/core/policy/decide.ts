import { isOwnFunction } from '../chain/own-functions.ts';
import type { Decision } from '../messages/decision.ts';
import type { Evidence } from '../messages/forecast.ts';
import type { PodFacts, Resources } from '../usage/reading.ts';
import { rearmed } from './armed.ts';
import { changeTimes, learn, stateOf } from './bookkeeping.ts';
import { buildContext, newestPod } from './build-context.ts';
import { type Context, type DecideInput, type Draft, run } from './context.ts';
import { exposedPods, isBelow, newCanary, trialMsOf } from './canary.ts';
import { ages } from './maxima.ts';
import { FINISHING, RESCUE, SIZING } from './pipeline.ts';
import { describeReplicas, replicasFor } from './horizontal.ts';
import { reasonOfChange, reasonOfHold } from './reason.ts';
import { fitState, rememberDecision } from './remember.ts';
import { isSame } from './resources.ts';
import { secondsOf } from './state-time.ts';
import type { FunctionState } from './state.ts';

const OWN = 'Foresize does not size its own functions';

/** Triggers jitter: half a cycle early counts as due, or every other sizing would slip by a cycle. */
export function isSizingDue(
  sizedAt: number | null,
  now: number,
  { sizingPeriodMs, cyclePeriodMs }: Required<Pick<DecideInput, 'sizingPeriodMs' | 'cyclePeriodMs'>>,
): boolean {
  return now >= (sizedAt ?? -Infinity) + sizingPeriodMs - cyclePeriodMs / 2;
}

/** Where the annotation names a forecaster and there are samples, there is a forecast unless it could not be loaded. */
function whyNoForecast({ samples, forecaster, model }: Evidence, named: string): string {
  const isMissing =
    named !== 'auto' && samples > 0 && forecaster.cpu === 'none' && forecaster.memory === 'none';
  if (!isMissing) return 'there is no forecast yet';
  return `the forecaster that foresize/forecaster names is not there (model ${model})`;
}

/** Why sizing does not run in this cycle; null if it does. */
function sizingHeld(
  { now, live, settings, forecast, sizingPeriodMs = 60_000, cyclePeriodMs = 15_000 }: DecideInput,
  state: FunctionState,
): string | null {
  if (live.pods.length === 0) return 'no pod runs';
  const { age } = forecast.evidence;
  const whole = age === null ? null : age + Math.max(0, now - forecast.at);
  if (whole === null) return 'no sample of its use is known';
  if (whole > 2 * sizingPeriodMs) return `the newest sample of its use is ${ages(whole)} old`;
  if (forecast.peak.cpu === null && forecast.peak.memory === null) {
    return whyNoForecast(forecast.evidence, settings.forecaster);
  }
  return isSizingDue(state.sizedAt, now, { sizingPeriodMs, cyclePeriodMs })
    ? null
    : 'nothing to rescue, and sizing is not due yet';
}

interface Outcome {
  readonly draft: Draft;
  readonly context: Context;
  /** Why sizing did not run; null if it did. */
  readonly held: string | null;
  /** What a pod that is to change has now. */
  readonly from: Resources;
  readonly isChange: boolean;
}

function size(context: Context, rescued: Draft): Draft {
  // What rescue raised is where sizing starts: it is neither tolerated away nor lowered.
  return run(SIZING, { ...context, base: rescued.target }, rescued);
}

function think(input: DecideInput, state: FunctionState): Outcome {
  const context = buildContext(input, state);
  const start: Draft = { target: context.base, steps: [], rescued: false, remember: {} };
  const rescued = run(RESCUE, context, start);
  const held = sizingHeld(input, state);
  const draft = run(FINISHING, context, held === null ? size(context, rescued) : rescued);
  const canary = draft.remember.canary === undefined ? state.canary : draft.remember.canary;
  const pods = exposedPods(input.live.pods, canary, draft.target);
  const from = strayFrom(pods, draft.target)?.desired ?? input.live.template;
  return { draft, context, held, from, isChange: pods.length > 0 && changes(draft, context, from) };
}

/** A pod that is to change, to tell what it changes from; the newest if none is. */
function strayFrom(pods: readonly PodFacts[], target: Resources): PodFacts | undefined {
  return pods.find((pod) => !isSame(pod.desired, target)) ?? newestPod(pods);
}

/** Pods that only wait to be brought to the last decision are no change. */
function changes(draft: Draft, context: Context, from: Resources): boolean {
  if (!isSame(draft.target, context.base)) return true;
  const waits = draft.steps.some((step) => step.rule === 'last-decision' && step.resource === null);
  return !waits && !isSame(from, draft.target);
}

function pathOf({ draft, context, held }: Outcome): Decision['path'] {
  if (draft.rescued) return 'rescue';
  return held === null || !isSame(draft.target, context.base) ? 'sizing' : 'none';
}

function reasonOf({ settings }: DecideInput, { draft, from, held, isChange }: Outcome): string {
  if (!isChange) return reasonOfHold(draft.steps, held ?? 'its sizes fit the forecast');
  const reason = reasonOfChange(from, draft.target, draft.steps);
  return settings.mode === 'apply' ? reason : `Would resize: ${reason} (mode ${settings.mode})`;
}

function toDecision(input: DecideInput, outcome: Outcome): Decision {
  const { settings } = input;
  const { draft, from, isChange, context } = outcome;
  const replicas = replicasFor(context, draft);
  const reason = reasonOf(input, outcome);
  return {
    ...skip(input, replicas === null ? reason : `${reason}; ${describeReplicas(replicas)}`),
    ...(replicas !== null && { replicas }),
    action: isChange && settings.mode === 'apply' ? 'resize' : 'hold',
    path: pathOf(outcome),
    from,
    to: draft.target,
    steps: [...draft.steps],
  };
}

function skip({ live, now, cycle, settings }: DecideInput, reason: string): Decision {
  return {
    namespace: live.namespace,
    name: live.name,
    cycle,
    at: now,
    action: 'skip',
    mode: settings.mode,
    path: 'none',
    from: null,
    to: null,
    reason,
    steps: [],
    outcomes: [],
  };
}

/** What is remembered once the decision is carried out. In recommend mode nothing is, so the advice stays. */
function toState(
  { now, live, settings }: DecideInput,
  state: FunctionState,
  outcome: Outcome,
  mode: string,
): FunctionState {
  const { draft, context, held, isChange } = outcome;
  const sized = held === null ? { ...state, sizedAt: now } : state;
  if (mode !== 'apply' || live.pods.length === 0) return sized;
  const remembered = { ...sized, ...draft.remember };
  if (!isChange) return remembered;
  return {
    ...remembered,
    applied: draft.target,
    appliedAt: now,
    armed: rearmed(remembered, context.base, draft.target, now),
    changed: changeTimes(state, context.base, draft.target, now),
    ...(isBelow(draft.target, context.base) && {
      shrunk: secondsOf(state, now),
      canary: newCanary(live.pods, state, now + trialMsOf(settings.evidenceMs)),
    }),
  };
}

/** What cannot be done to running pods is recommended. */
function withoutResize(input: DecideInput): DecideInput {
  const { resizeHeld = null, settings } = input;
  if (resizeHeld === null || settings.mode !== 'apply') return input;
  return { ...input, settings: { ...settings, mode: 'recommend' } };
}

/**
 * What one function is to get, and what to remember if it gets it. Pure: the clock is `now`. Rescue acts on facts in
 * every cycle; sizing acts on the forecast once a sizing period. Only `resize` is to be carried out; in recommend mode
 * the answer is `hold` with `to` filled.
 */
export function decide(asked: DecideInput): { decision: Decision; state: FunctionState } {
  const input = withoutResize(asked);
  const { settings, live } = input;
  const known = stateOf(input);
  if (isOwnFunction(live.labels)) return { decision: skip(input, OWN), state: known };
  if (settings.mode === 'off') return { decision: skip(input, 'foresize/mode is off'), state: known };
  const state = learn(known, input);
  const outcome = think(input, state);
  const decision = toDecision(input, outcome);
  const next = toState(input, state, outcome, settings.mode);
  return { decision, state: outcome.isChange ? rememberDecision(next, decision) : fitState(next) };
}
