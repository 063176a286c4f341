import { POLICY } from './constants.ts';
import { RESOURCE_NAMES, type ResourceName } from './resources.ts';
import { secondsOf, unixMsOf } from './state-time.ts';
import type { FunctionState } from './state.ts';

/** Since when, and until when, a resource that was rolled back does not shrink. */
export interface Quarantine {
  readonly fromMs: number;
  readonly untilMs: number;
  /** Rollbacks that were not forgotten yet. */
  readonly count: number;
}

/** A day, doubled by each further rollback, to eight days at most. */
function quarantineMsOf(count: number): number {
  return Math.min(POLICY.quarantineMostMs, POLICY.quarantineMs * 2 ** (count - 1));
}

/** The last quarantine of `resource`, over or not; null if there is none or it is forgotten. */
function remembered(state: FunctionState, resource: ResourceName, now: number): Quarantine | null {
  const entry = state.quarantine[RESOURCE_NAMES.indexOf(resource)];
  if (!entry) return null;
  const [seconds, count] = entry;
  const fromMs = unixMsOf(state, seconds);
  const untilMs = fromMs + quarantineMsOf(count);
  return now >= untilMs + POLICY.quarantineForgottenMs ? null : { fromMs, untilMs, count };
}

/** Unix ms of the last rollback of `resource`; null where none is remembered. */
export function rolledBackAtMs(state: FunctionState, resource: ResourceName): number | null {
  const entry = state.quarantine[RESOURCE_NAMES.indexOf(resource)];
  return entry ? unixMsOf(state, entry[0]) : null;
}

/** The quarantine in which `resource` is at `now`; null if it may shrink. */
export function quarantineOf(state: FunctionState, resource: ResourceName, now: number): Quarantine | null {
  const last = remembered(state, resource, now);
  return last !== null && now < last.untilMs ? last : null;
}

/** The quarantine that a rollback of `resource` at `now` begins. */
export function nextQuarantine(state: FunctionState, resource: ResourceName, now: number): Quarantine {
  const count = (remembered(state, resource, now)?.count ?? 0) + 1;
  return { fromMs: now, untilMs: now + quarantineMsOf(count), count };
}

/** What the state is to remember once `resources` are rolled back at `now`. */
export function quarantined(
  state: FunctionState,
  resources: readonly ResourceName[],
  now: number,
): FunctionState['quarantine'] {
  return RESOURCE_NAMES.map((name, index) => {
    if (!resources.includes(name)) return state.quarantine[index] ?? null;
    return [secondsOf(state, now), nextQuarantine(state, name, now).count];
  });
}

/** The state without quarantines that ended so long ago that the next rollback begins anew with a day. */
export function withoutForgotten(state: FunctionState, now: number): FunctionState {
  const stale = RESOURCE_NAMES.some(
    (name, index) => state.quarantine[index] != null && remembered(state, name, now) === null,
  );
  if (!stale) return state;
  const quarantine = RESOURCE_NAMES.map((name, index) =>
    remembered(state, name, now) === null ? null : (state.quarantine[index] ?? null),
  );
  return { ...state, quarantine };
}
