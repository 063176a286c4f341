import type { LiveFunction } from '../chain/ports.ts';
import type { Signals } from '../messages/usage.ts';
import type { Resources } from '../usage/reading.ts';
import { withoutProven } from './armed.ts';
import { POLICY } from './constants.ts';
import type { DecideInput } from './context.ts';
import { canaryAt } from './canary.ts';
import { gateAfter } from './gate.ts';
import { NO_MAXIMA, recordMaximum } from './maxima.ts';
import { cpuToFit } from './minimum-replicas.ts';
import { withoutForgotten } from './quarantine.ts';
import { changesBetween } from './reason.ts';
import { isSame, RESOURCE_NAMES } from './resources.ts';
import { scaledNow } from './scaled.ts';
import { secondsOf } from './state-time.ts';
import type { FunctionState } from './state.ts';

/** What is known of a function that was never seen before. */
export function firstContact(live: Pick<LiveFunction, 'uid' | 'template'>, now: number): FunctionState {
  return {
    uid: live.uid,
    firstSeenAt: now,
    original: live.template,
    applied: null,
    appliedAt: null,
    sizedAt: null,
    changed: RESOURCE_NAMES.map(() => null),
    oom: null,
    armed: RESOURCE_NAMES.map(() => null),
    quarantine: RESOURCE_NAMES.map(() => null),
    latencyFloor: null,
    cpuSecondsUntilReady: null,
    cpuSecondsPerCall: null,
    censoredAt: null,
    gate: null,
    shrunk: null,
    canary: null,
    scaled: null,
    backOff: [],
    hourly: NO_MAXIMA,
    daily: NO_MAXIMA,
    decisions: [],
  };
}

/**
 * A template that changed was deployed by the user: what was decided against the old one is void, and with it the way
 * back from what shrank. That a shrink failed is still known. A template that changed to what was decided last has been
 * deployed for Foresize, or with its advice: it holds, and is the same for all pods.
 */
function followTemplate(state: FunctionState, live: LiveFunction): FunctionState {
  if (isSame(state.original, live.template)) return state;
  if (state.applied !== null && isSame(state.applied, live.template))
    return { ...state, original: live.template, canary: null };
  const armed = RESOURCE_NAMES.map(() => null);
  return { ...state, original: live.template, applied: null, appliedAt: null, canary: null, armed };
}

/** The remembered state, or a new one where there is none or it is of an earlier function of that name. */
export function stateOf({ state, live, now }: Pick<DecideInput, 'state' | 'live' | 'now'>): FunctionState {
  return state?.uid === live.uid ? followTemplate(state, live) : firstContact(live, now);
}

/** `changed` once the sizes have changed from `from` to `to` at `now`. */
export function changeTimes(
  state: FunctionState,
  from: Resources,
  to: Resources,
  now: number,
): FunctionState['changed'] {
  const names = changesBetween(from, to);
  const after = secondsOf(state, now);
  return RESOURCE_NAMES.map((name, index) => (names.includes(name) ? after : (state.changed[index] ?? null)));
}

/** How long a young pod or a censored sample forbids shrinking. Who accepts shorter evidence accepts it here too. */
export function settlingMsOf(evidenceMs: number): number {
  return Math.min(POLICY.settlingMs, evidenceMs);
}

/** Four digits are more than the estimates are worth, and keep the state small. */
const fourDigits = (value: number): number => Number(value.toPrecision(4));

const latest = (left: number | null, right: number | null): number | null =>
  left === null ? right : Math.max(left, right ?? left);

/** While samples are censored, calls pile up and their cost is overstated: the last good estimate stands. */
function costOfCall(state: FunctionState, signals: Signals, isCensored: boolean): number | null {
  const seen = signals.cpuSecondsPerCall;
  if (seen === null || (isCensored && state.cpuSecondsPerCall !== null)) return state.cpuSecondsPerCall;
  return fourDigits(seen);
}

/** The state with what this cycle's signals teach, before anything is decided. */
export function learn(state: FunctionState, input: DecideInput): FunctionState {
  const { now, live, settings } = input;
  const { signals } = input.forecast;
  // Without replicas nothing is used; that is known, where a gap in the metrics is not.
  const cpu =
    cpuToFit(signals.lastCpuCores, signals.lastTotalCpuCores, live) ?? (live.replicas === 0 ? 0 : null);
  const memory = signals.lastMemoryBytes ?? (live.replicas === 0 ? 0 : null);
  const censoredAt = latest(state.censoredAt, signals.censoredAtMs);
  const isCensored = censoredAt !== null && now - censoredAt < settlingMsOf(settings.evidenceMs);
  const untilReady = latest(state.cpuSecondsUntilReady, signals.cpuSecondsUntilReady);
  const learned = {
    ...state,
    censoredAt,
    cpuSecondsPerCall: costOfCall(state, signals, isCensored),
    cpuSecondsUntilReady: untilReady === null ? null : fourDigits(untilReady),
    latencyFloor: state.latencyFloor !== null && state.latencyFloor.until <= now ? null : state.latencyFloor,
    gate: gateAfter(state, input.forecast),
    canary: canaryAt(state, live.pods, now),
    scaled: scaledNow(state, live, now),
    hourly: recordMaximum(state.hourly, 'hourly', now, cpu, memory),
    daily: recordMaximum(state.daily, 'daily', now, cpu, memory),
  };
  return withoutForgotten(withoutProven(learned, now), now);
}
