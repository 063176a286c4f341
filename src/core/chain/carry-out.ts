import { exposedPods } from '../policy/canary.ts';
import { backOffAfter, type Refusal, withoutRefused } from '../policy/back-off.ts';
import { ages } from '../policy/maxima.ts';
import { fitState } from '../policy/remember.ts';
import type { FunctionState } from '../policy/state.ts';
import type { Decision } from '../messages/decision.ts';
import type { PodFacts, Resources } from '../usage/reading.ts';
import type { Actuator, LiveFunction, PodChange, PodOutcome } from './ports.ts';
import { withoutApplication } from './without-application.ts';

export interface CarryOut {
  readonly target: LiveFunction;
  readonly decision: Decision;
  readonly before: FunctionState | undefined;
  readonly state: FunctionState | undefined;
  readonly now: number;
  /** Nothing is changed; the outcomes say what would be. */
  readonly dryRun: boolean;
}

export interface CarriedOut {
  readonly decision: Decision;
  readonly state: FunctionState | undefined;
  /** Some pod got it, or will. */
  readonly taken: boolean;
}

/** Takes a decision to the pods and says what became of it; of a `hold`, what is still on its way to them. */
export async function carryOut(one: CarryOut, actuator: Actuator, signal: AbortSignal): Promise<CarriedOut> {
  const { target, decision, state } = one;
  if (decision.action !== 'resize' || decision.to === null) {
    return { decision: withStanding(decision, target), state, taken: false };
  }
  const pods = exposedPods(target.pods, state?.canary ?? null, decision.to);
  const changes = actuator.plan({ ...target, pods }, decision.to);
  if (changes.length === 0) {
    const asked = { ...decision, action: 'hold' as const, reason: `Asked for already: ${decision.reason}` };
    return { decision: onItsWay(asked, target, decision.to, actuator), state, taken: false };
  }
  const outcomes = await Promise.all(changes.map((change) => bring(one, change, actuator, signal)));
  return settle(one, changes, outcomes);
}

/** What the pods' conditions say of earlier resizes: nothing is asked for again while they wait. */
function withStanding(decision: Decision, { pods }: LiveFunction): Decision {
  if (decision.mode !== 'apply') return decision;
  const outcomes = pods.flatMap(({ pod, resize }): PodOutcome[] => {
    if (!resize) return [];
    const { reason, message } = resize;
    return [
      { pod, result: 'pending', condition: reason, detail: message ? `${reason}: ${message}` : reason },
    ];
  });
  if (outcomes.length === 0) return decision;
  const waiting = outcomes.map(({ pod, detail }) => `${pod} waits for its last resize, ${detail}`);
  return { ...decision, outcomes, reason: `${decision.reason}; ${waiting.join('; ')}` };
}

/** Of what was asked for already, how far it has come. */
function onItsWay(decision: Decision, target: LiveFunction, to: Resources, actuator: Actuator): Decision {
  const outcomes = actuator.standing?.(target, to) ?? [];
  const [first] = outcomes;
  if (first === undefined) return withStanding(decision, target);
  return { ...decision, outcomes: [...outcomes], reason: `${decision.reason}; ${first.detail}` };
}

async function bring(
  { target, state, now, dryRun }: CarryOut,
  change: PodChange,
  actuator: Actuator,
  signal: AbortSignal,
): Promise<PodOutcome> {
  const { pod } = change;
  const { to, held } = withoutRefused(state ?? { firstSeenAt: 0, backOff: [] }, pod, change.to, now);
  if (held.length > 0 && (isEmpty(to) || actuator.plan({ ...target, pods: [pod] }, to).length === 0)) {
    const told = held.map(({ sizes, untilMs }) => `${sizes}, asked for again in ${ages(untilMs - now)}`);
    return {
      pod: pod.pod,
      result: 'refused',
      condition: 'BackOff',
      detail: `refused before: ${told.join('; ')}`,
    };
  }
  return applyOrRehearse(actuator, { pod, to }, dryRun, signal);
}

/** In a dry run, what applying the change would come to, as far as that can be asked. */
export async function applyOrRehearse(
  actuator: Actuator,
  change: PodChange,
  dryRun: boolean,
  signal: AbortSignal,
): Promise<PodOutcome> {
  if (!dryRun) return actuator.apply(change, signal);
  if (actuator.rehearse) return actuator.rehearse(change, signal);
  return { pod: change.pod.pod, ...PLANNED };
}

/** What a dry run says where nobody can be asked. */
export const PLANNED = { result: 'dry-run', detail: 'dry run: planned only' } as const;

const isEmpty = (resources: Resources): boolean => Object.values(resources).every((value) => value === null);

const wasTaken = ({ result }: PodOutcome): boolean => result === 'applied' || result === 'pending';

function settle(one: CarryOut, changes: readonly PodChange[], outcomes: readonly PodOutcome[]): CarriedOut {
  const { decision, state, before, target, now } = one;
  const isHeld = outcomes.every(({ condition }) => condition === 'BackOff');
  const reason = `Backed off: ${decision.reason}; ${outcomes[0]?.detail ?? ''}`;
  const carried = isHeld
    ? { ...decision, action: 'hold' as const, reason, outcomes: [...outcomes] }
    : { ...decision, outcomes: [...outcomes] };
  const taken = outcomes.some(wasTaken);
  const next = taken ? withoutRefusal(state, before, changes, outcomes) : withoutApplication(state, before);
  const refusals = refusalsOf(changes, outcomes);
  const remembered =
    next && (refusals.length > 0 || next.backOff.length > 0)
      ? fitState({ ...next, backOff: backOffAfter(next, refusals, withStandIns(target, changes), now) })
      : next;
  return { decision: carried, state: remembered, taken };
}

/** What stands in for a pod is there as long as it is planned for. */
function withStandIns({ pods }: LiveFunction, changes: readonly PodChange[]): readonly PodFacts[] {
  return [...pods, ...changes.map(({ pod }) => pod)];
}

function refusalsOf(changes: readonly PodChange[], outcomes: readonly PodOutcome[]): Refusal[] {
  return outcomes.flatMap(({ refused = [] }, index) => {
    const change = changes[index];
    return change === undefined ? [] : refused.map((metric) => ({ ...change, metric }));
  });
}

/** What every pod refused of a change is not remembered as done; the rest is. */
function withoutRefusal(
  state: FunctionState | undefined,
  before: FunctionState | undefined,
  changes: readonly PodChange[],
  outcomes: readonly PodOutcome[],
): FunctionState | undefined {
  if (!state?.applied) return state;
  const is = (metric: 'cpu' | 'memory'): boolean =>
    outcomes.every(({ refused }) => refused?.includes(metric));
  const had = before?.applied ?? changes[0]?.pod.desired;
  if (had === undefined) return state;
  const { cpuRequestCores, cpuLimitCores, memoryRequestBytes, memoryLimitBytes } = had;
  const applied = {
    ...state.applied,
    ...(is('cpu') && { cpuRequestCores, cpuLimitCores }),
    ...(is('memory') && { memoryRequestBytes, memoryLimitBytes }),
  };
  return { ...state, applied };
}
