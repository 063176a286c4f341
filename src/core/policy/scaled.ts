import type { LiveFunction } from '../chain/ports.ts';
import { POLICY } from './constants.ts';
import { secondsOf, unixMsOf } from './state-time.ts';
import type { FunctionState } from './state.ts';

type Scaled = FunctionState['scaled'];

/** Unix ms at which Foresize scaled the function; null where it has not. */
export function scaledAtMs(state: FunctionState): number | null {
  return state.scaled === null ? null : unixMsOf(state, state.scaled.at);
}

/** How much longer a function that somebody else scaled is left alone, ms; 0 if it is not. */
export function leftForMs(state: FunctionState, now: number): number {
  const left = state.scaled?.left ?? null;
  if (left === null) return 0;
  return Math.max(0, unixMsOf(state, left) + POLICY.scaleLeftMs - now);
}

/**
 * What is known of its scaling at `now`. Other replicas than Foresize set, once that had time to show, are somebody
 * else's: a person's, or OpenFaaS's own scaler's. They stand, and after a day they are where it begins anew.
 */
export function scaledNow(
  state: FunctionState,
  { replicas }: Pick<LiveFunction, 'replicas'>,
  now: number,
): Scaled {
  const { scaled } = state;
  if (scaled === null) return null;
  if (scaled.left !== null) return leftForMs(state, now) > 0 ? scaled : null;
  const seconds = secondsOf(state, now);
  const hadTime = 1000 * (seconds - scaled.at) >= POLICY.scaleSettlingMs;
  return replicas === scaled.to || !hadTime ? scaled : { ...scaled, left: seconds };
}

/** What is remembered once Foresize has set `to` replicas where there were `from`. */
export function scaledAfter(state: FunctionState, from: number, to: number, now: number): Scaled {
  const before = state.scaled?.before ?? from;
  return to <= before && state.scaled !== null ? null : { before, to, at: secondsOf(state, now), left: null };
}
