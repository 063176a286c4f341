import type { Signals } from '../messages/usage.ts';
import { POLICY } from '../policy/constants.ts';
import { RESOURCE_NAMES, type ResourceName, valueOf } from '../policy/resources.ts';
import type { FunctionState } from '../policy/state.ts';
import { looksLikeLeak } from '../policy/leak.ts';
import type { Resources } from '../usage/reading.ts';
import type { Reason } from './recommendation.ts';

export interface VerdictFacts {
  readonly from: Resources;
  readonly to: Resources;
  readonly signals: Signals;
  /** Of the whole window. */
  readonly stretch: number | null;
  readonly state: FunctionState;
  readonly now: number;
  /** Some use is known. */
  readonly isKnown: boolean;
}

/** A CPU limit is not asked for where there is none. */
const WANTED: readonly ResourceName[] = ['cpu-request', 'memory-limit', 'memory-request'];

type Test = (facts: VerdictFacts) => boolean;

/** Which way a size goes; 0 within the policy's tolerance. */
function direction({ from, to }: VerdictFacts, name: ResourceName): number {
  const [before, after] = [valueOf(from, name), valueOf(to, name)];
  if (before === null || after === null) return 0;
  return Math.abs(after - before) > POLICY.tolerance * before ? Math.sign(after - before) : 0;
}

const wasKilled: Test = ({ signals, state, now }) =>
  signals.oomKills.length > 0 || (state.oom !== null && now - state.oom.at <= POLICY.oomRowMs);

const isThrottled: Test = ({ signals, stretch, from }) =>
  from.cpuLimitCores !== null &&
  ((signals.stretch ?? 0) >= POLICY.stretch
    ? signals.throttledPeriods >= POLICY.throttledPeriods
    : (stretch ?? 0) >= POLICY.stretch);

const isUnset: Test = ({ from, to }) =>
  WANTED.some((name) => valueOf(from, name) === null && valueOf(to, name) !== null);

/** Worst first. */
const VERDICTS: readonly (readonly [Reason, Test])[] = [
  ['killed', wasKilled],
  ['leak', ({ state, now }) => looksLikeLeak(state, now)],
  ['throttled', isThrottled],
  ['unknown', ({ isKnown }) => !isKnown],
  ['short', (facts) => RESOURCE_NAMES.some((name) => direction(facts, name) > 0)],
  ['unset', isUnset],
  ['waste', (facts) => RESOURCE_NAMES.some((name) => direction(facts, name) < 0)],
];

/** The one word that says best what is the matter. */
export function verdictOf(facts: VerdictFacts): Reason {
  return VERDICTS.find(([, test]) => test(facts))?.[0] ?? 'fine';
}
