import { parseSettings } from '../annotations/parse-settings.ts';
import type { LiveFunction } from '../chain/ports.ts';
import type { Decision } from '../messages/decision.ts';
import { keyOf } from '../function-key.ts';
import { exposedPods } from '../policy/canary.ts';
import type { DecideInput } from '../policy/context.ts';
import { decide } from '../policy/decide.ts';
import { isSame } from '../policy/resources.ts';
import type { FunctionSettings } from '../policy/settings.ts';
import type { FunctionState } from '../policy/state.ts';
import type { Resources } from '../usage/reading.ts';
import { type DecisionRecord, inputOf } from './decision-record.ts';
import { FunctionAccount, type FunctionOutcome } from './function-account.ts';

/** A decision that came out otherwise than it is in the log. */
export interface Difference {
  readonly logged: Decision;
  readonly replayed: Decision;
}

/** Annotations that replace the functions' own. */
export type Overrides = Readonly<Record<string, string>>;

interface Followed {
  readonly logged: FunctionAccount;
  readonly replayed: FunctionAccount;
  /** With other settings one thing leads to another: state and sizes are the replay's own. */
  state: FunctionState | undefined;
  readonly sizes: Map<string, Resources>;
}

export interface FunctionReplay {
  readonly key: string;
  readonly logged: FunctionOutcome;
  readonly replayed: FunctionOutcome;
}

/**
 * Decides each line of a log again, with the code of today. Without overrides a line is decided on exactly what was
 * known then, so whatever differs is a change of the policy. With overrides, annotations that replace the functions'
 * own, each function keeps the state and the sizes that the replay gave it; what it used is as recorded, so what
 * smaller sizes would have done to it is not known.
 */
export class DecisionReplay {
  #same = 0;
  readonly #differences: Difference[] = [];
  readonly #functions = new Map<string, Followed>();
  readonly #overrides: Overrides;
  readonly #isOverridden: boolean;

  /** Throws `annotation-invalid` for a name or value that no function could have. */
  constructor(overrides: Overrides = {}) {
    this.#overrides = overrides;
    this.#isOverridden = Object.keys(overrides).length > 0;
  }

  get same(): number {
    return this.#same;
  }

  /** Oldest first. */
  get differences(): readonly Difference[] {
    return this.#differences;
  }

  /** By name. */
  get functions(): readonly FunctionReplay[] {
    return [...this.#functions]
      .sort(([left], [right]) => (left < right ? -1 : 1))
      .map(([key, { logged, replayed }]) => ({ key, logged: logged.outcome, replayed: replayed.outcome }));
  }

  /** Lines in the order of the log; one without its input is passed over. Throws `annotation-invalid`. */
  add(record: DecisionRecord): void {
    const recorded = inputOf(record);
    if (recorded === null) return;
    const key = keyOf(record);
    const followed = this.#functions.get(key) ?? begin(recorded);
    this.#functions.set(key, followed);
    const input = this.#isOverridden ? this.#overridden(recorded, followed) : recorded;
    const { decision, state } = decide(input);
    followed.logged.add(recorded, record.action === 'resize');
    followed.replayed.add(input, decision.action === 'resize');
    follow(followed, input.live, decision, state);
    if (this.#isSame(record, decision)) this.#same++;
    else this.#differences.push({ logged: record, replayed: decision });
  }

  /** Other settings have other reasons: there what is done counts. */
  #isSame(logged: Decision, replayed: Decision): boolean {
    return isSameAct(logged, replayed) && (this.#isOverridden || isSameThought(logged, replayed));
  }

  #overridden(recorded: DecideInput, { state, sizes }: Followed): DecideInput {
    const pods = recorded.live.pods.map((pod) => {
      const size = sizes.get(pod.pod);
      return size === undefined ? pod : { ...pod, desired: size, inForce: size };
    });
    const settings = overriddenSettings(recorded, this.#overrides);
    return { ...recorded, settings, state, live: { ...recorded.live, pods } };
  }
}

function begin({ state }: DecideInput): Followed {
  return { logged: new FunctionAccount(), replayed: new FunctionAccount(), state, sizes: new Map() };
}

function follow(followed: Followed, live: LiveFunction, decision: Decision, state: FunctionState): void {
  followed.state = state;
  const { to, action } = decision;
  if (action !== 'resize' || to === null) return;
  for (const { pod } of exposedPods(live.pods, state.canary, to)) followed.sizes.set(pod, to);
}

/** As they would have been read; a source that advises only still does. */
function overriddenSettings({ live, settings }: DecideInput, overrides: Overrides): FunctionSettings {
  const own = parseSettings(live.annotations);
  const wanted = parseSettings({ ...live.annotations, ...overrides });
  return own.mode === settings.mode ? wanted : { ...wanted, mode: settings.mode };
}

const ASKED_ALREADY = 'Asked for already: ';

/** What became of it is no part of a decision. */
function isSameAct(logged: Decision, replayed: Decision): boolean {
  const action = logged.reason.startsWith(ASKED_ALREADY) ? 'resize' : logged.action;
  return (
    action === replayed.action && isSameSize(logged.from, replayed.from) && isSameSize(logged.to, replayed.to)
  );
}

function isSameThought(logged: Decision, replayed: Decision): boolean {
  const { reason } = logged;
  const own = reason.startsWith(ASKED_ALREADY) ? reason.slice(ASKED_ALREADY.length) : reason;
  const isSameReason = own === replayed.reason && logged.path === replayed.path;
  return isSameReason && JSON.stringify(logged.steps) === JSON.stringify(replayed.steps);
}

const isSameSize = (left: Resources | null, right: Resources | null): boolean =>
  left === null || right === null ? left === right : isSame(left, right);
