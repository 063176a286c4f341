import { changeTimes, stateOf } from '../policy/bookkeeping.ts';
import { fitState } from '../policy/remember.ts';
import { RESOURCE_NAMES, valueOf, withValue } from '../policy/resources.ts';
import type { FunctionState } from '../policy/state.ts';
import { ForesizeError } from '../errors/error.ts';
import { keyOf } from '../function-key.ts';
import type { Resources } from '../usage/reading.ts';
import { applyOrRehearse } from './carry-out.ts';
import { inLanes } from './in-lanes.ts';
import { isOwnFunction } from './own-functions.ts';
import type {
  Actuator,
  Clock,
  LiveFunction,
  PodOutcome,
  StateStore,
  StoredState,
  Workloads,
} from './ports.ts';

export interface RestorePorts {
  readonly clock: Clock;
  readonly workloads: Workloads;
  readonly state: StateStore;
  readonly actuator: Actuator;
}

export interface RestoreOptions {
  /** All where empty. */
  readonly functions: readonly string[];
  readonly dryRun: boolean;
  readonly onProgress?: (done: number, of: number, pod: string) => void;
}

/** One pod that had not the originals. */
export interface RestoredPod {
  readonly namespace: string;
  readonly name: string;
  readonly pod: string;
  readonly from: Resources;
  readonly to: Resources;
  readonly outcome: PodOutcome;
}

export interface Restoration {
  readonly pods: readonly RestoredPod[];
  /** Functions whose last decision was forgotten, `namespace/name`. */
  readonly forgotten: readonly string[];
  /** Functions in mode apply, about which the chain decides again. */
  readonly applying: readonly string[];
}

/** Another controller may write the state at the same moment, once a cycle. */
const TRIES = 5;
const PODS_AT_ONCE = 8;

/**
 * Puts what the user deployed back into running pods. The last decision is forgotten first, so that the next cycle does
 * not bring it back; what was learned stays, and nothing shrinks for a cooldown. Throws `function-not-found`, and
 * `state-conflict` before any pod is touched.
 */
export async function restoreOriginals(
  ports: RestorePorts,
  options: RestoreOptions,
  signal: AbortSignal,
): Promise<Restoration> {
  const live = chosen(await ports.workloads.functions(signal), options.functions);
  const stored = await forgetDecisions(ports, live, options.dryRun, signal);
  const changes = live.flatMap((target) => {
    const to = originalOf(target, stored.functions.get(keyOf(target)), ports.clock());
    return ports.actuator.plan(target, to).map((change) => ({ target, change }));
  });
  let done = 0;
  const pods = await inLanes(changes, PODS_AT_ONCE, async ({ target, change }): Promise<RestoredPod> => {
    const outcome = await applyOrRehearse(ports.actuator, change, options.dryRun, signal);
    options.onProgress?.((done += 1), changes.length, change.pod.pod);
    const { pod, desired: from } = change.pod;
    return { namespace: target.namespace, name: target.name, pod, from, to: change.to, outcome };
  });
  const forgotten = live.filter((target) => isDecided(stored, target)).map(keyOf);
  const applying = live.filter(({ annotations }) => annotations['foresize/mode'] === 'apply').map(keyOf);
  return { pods, forgotten, applying };
}

function chosen(live: readonly LiveFunction[], names: readonly string[]): readonly LiveFunction[] {
  const missing = names.find((name) => !live.some((target) => target.name === name));
  if (missing !== undefined) {
    const there = live.map(({ name }) => name).join(', ') || 'none';
    throw new ForesizeError('function-not-found', `there is no function ${missing}; there are: ${there}`);
  }
  return live.filter(({ name, labels }) =>
    names.length === 0 ? !isOwnFunction(labels) : names.includes(name),
  );
}

function originalOf(live: LiveFunction, state: FunctionState | undefined, now: number): Resources {
  return stateOf({ live, state, now }).original;
}

const isDecided = ({ functions }: StoredState, target: LiveFunction): boolean => {
  const state = functions.get(keyOf(target));
  return state?.uid === target.uid && state.applied !== null;
};

/** The state as it was before. */
async function forgetDecisions(
  { state, clock }: RestorePorts,
  live: readonly LiveFunction[],
  dryRun: boolean,
  signal: AbortSignal,
): Promise<StoredState> {
  for (let tries = 1; ; tries += 1) {
    const stored = await state.load(signal);
    const decided = live.filter((target) => isDecided(stored, target));
    if (dryRun || decided.length === 0) return stored;
    const functions = new Map(stored.functions);
    for (const target of decided) {
      const known = stored.functions.get(keyOf(target));
      if (known) functions.set(keyOf(target), withoutDecision(known, clock()));
    }
    try {
      await state.save({ suite: stored.suite, functions }, signal);
      return stored;
    } catch (error) {
      const isConflict = error instanceof ForesizeError && error.code === 'state-conflict';
      if (!isConflict || tries === TRIES) throw error;
    }
  }
}

/** The state as of a function about which nothing was decided yet; what was restored counts as changed now. */
function withoutDecision(state: FunctionState, now: number): FunctionState {
  const entry = { at: now, action: 'restore', reason: 'Originals put back by foresize restore' };
  return fitState({
    ...state,
    applied: null,
    appliedAt: null,
    sizedAt: null,
    canary: null,
    backOff: [],
    armed: state.armed.map(() => null),
    changed: changeTimes(state, state.applied ?? state.original, state.original, now),
    decisions: [...state.decisions, entry].slice(-3),
  });
}

/** What a pod gets, where the original has no value: what it has. */
export function restoredFrom(from: Resources, original: Resources): Resources {
  return RESOURCE_NAMES.reduce((next, name) => {
    const value = valueOf(original, name);
    return value === null ? next : withValue(next, name, value);
  }, from);
}
