import type { Resources } from '../usage/reading.ts';
import { POLICY } from './constants.ts';
import { greatest, maximaAfter } from './maxima.ts';
import { kindOf, type Metric, RESOURCE_NAMES, type ResourceName, UNIT, valueOf } from './resources.ts';
import { secondsOf, unixMsOf } from './state-time.ts';
import type { FunctionState } from './state.ts';

/** A shrink that a failure may still undo. */
export interface ArmedShrink {
  /** What the resource was before, cores or bytes. */
  readonly was: number;
  readonly atMs: number;
}

const unitOf = (resource: ResourceName): number => UNIT[kindOf(resource).metric];

/** The shrink of `resource` that a failure now would undo; null if there is none. */
export function armedShrink(state: FunctionState, resource: ResourceName): ArmedShrink | null {
  const entry = state.armed[RESOURCE_NAMES.indexOf(resource)];
  if (!entry) return null;
  const [units, seconds] = entry;
  return { was: units * unitOf(resource), atMs: unixMsOf(state, seconds) };
}

/** Without the shrinks of `resources`. */
function disarmed(armed: FunctionState['armed'], resources: readonly ResourceName[]): FunctionState['armed'] {
  return armed.map((entry, index) => {
    const name = RESOURCE_NAMES[index];
    return name !== undefined && resources.includes(name) ? null : entry;
  });
}

/**
 * Once sizes have changed from `from` to `to` at `now`: a shrink is armed with what the resource was before it, so that
 * of several in a row the last one counts; what has grown to where it was needs no way back.
 */
export function rearmed(
  state: Pick<FunctionState, 'armed' | 'firstSeenAt'>,
  from: Resources,
  to: Resources,
  now: number,
): FunctionState['armed'] {
  const seconds = secondsOf(state, now);
  return RESOURCE_NAMES.map((name, index) => {
    const entry = state.armed[index] ?? null;
    const [before, after] = [valueOf(from, name), valueOf(to, name)];
    if (before === null || after === null) return null;
    const unit = unitOf(name);
    if (after < before) return [Math.ceil(before / unit - 1e-6), seconds];
    return entry !== null && after >= entry[0] * unit - 1e-9 ? null : entry;
  });
}

/** Since the shrink, use came back to nine tenths of the highest on record: what was feared has happened. */
function isProven(state: FunctionState, metric: Metric, atMs: number): boolean {
  const since = greatest(maximaAfter(state, metric, atMs));
  const record = greatest(maximaAfter(state, metric, -Infinity));
  return since !== null && record !== null && since >= POLICY.quietShare * record;
}

/**
 * The state without the shrinks that have proved themselves. A shrink stays armed for a day, since most functions have
 * a day's rhythm; and after that until use has come back to nine tenths of the highest on record, so that what shrank
 * on Friday is still armed on Monday morning. The record forgets after eight days, so nothing stays armed for longer.
 */
export function withoutProven(state: FunctionState, now: number): FunctionState {
  const proven = RESOURCE_NAMES.filter((name) => {
    const shrink = armedShrink(state, name);
    if (shrink === null || now - shrink.atMs < POLICY.armedMs) return false;
    return isProven(state, kindOf(name).metric, shrink.atMs);
  });
  return proven.length === 0 ? state : { ...state, armed: disarmed(state.armed, proven) };
}
