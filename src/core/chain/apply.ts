import { ForesizeError } from '../errors/error.ts';
import { keyOf } from '../function-key.ts';
import type { Decision, DecisionReport } from '../messages/decision.ts';
import type { ForecastMessage, FunctionForecast } from '../messages/forecast.ts';
import { parseSettings } from '../annotations/parse-settings.ts';
import { stateOf } from '../policy/bookkeeping.ts';
import { decide } from '../policy/decide.ts';
import type { FunctionSettings } from '../policy/settings.ts';
import type { DecideInput } from '../policy/context.ts';
import { rolledBack } from '../policy/rules/rollback.ts';
import { unixMsOf } from '../policy/state-time.ts';
import type { FunctionState, SuiteState } from '../policy/state.ts';
import { type ShrinkEvent, shrinkStop } from '../policy/suite.ts';
import { NOTHING_KNOWN, surroundingsAfter, whyNotInPlace } from '../policy/surroundings.ts';
import { announce } from './announce.ts';
import { carryOut } from './carry-out.ts';
import { rememberDone } from './remember-done.ts';
import { scaleOut } from './scale-out.ts';
import { shrinksAllowed, waitingFor } from './shrink-share.ts';
import { isOver } from './cycle.ts';
import { inLanes } from './in-lanes.ts';
import { isOwnFunction } from './own-functions.ts';
import { atRolloutPace } from './rollout-pace.ts';
import type {
  Actuator,
  Announcer,
  Clock,
  DecisionLog,
  LiveFunction,
  NodeFacts,
  Pause,
  Scaler,
  StateStore,
  StoredState,
  Surroundings,
  Workloads,
} from './ports.ts';

export interface ApplyPorts {
  readonly clock: Clock;
  readonly workloads: Workloads;
  readonly state: StateStore;
  readonly actuator: Actuator;
  readonly log: DecisionLog;
  readonly announcer?: Announcer;
  /** Without one, replicas are recommended only. */
  readonly scaler?: Scaler;
  /** Without one, what was done is forgotten where the API server is away when it is to be saved. */
  readonly pause?: Pause;
}

export interface ApplyOptions {
  readonly cyclePeriodMs: number;
  readonly sizingPeriodMs: number;
  /** Decides, and changes neither pods nor state, but for the claim of the cycle. @default false */
  readonly dryRun?: boolean;
}

/**
 * Decides about every function of the message against the live state, and carries the decisions out. Idempotent by
 * cycle: the shard's cycle is claimed in the state before anything is done.
 * Throws `message-repeated` for a cycle not newer than the one last applied to the shard, `state-conflict` if another
 * writer claimed it meanwhile.
 * `signal` ends what is carried out; `saving`, which may last longer, the write of what was done by then.
 */
export async function applyForecasts(
  message: ForecastMessage,
  ports: ApplyPorts,
  options: ApplyOptions,
  signal: AbortSignal,
  saving: AbortSignal = signal,
): Promise<DecisionReport> {
  const stored = await claim(message, ports, options, signal);
  const [live, nodes, surroundings] = await Promise.all([
    ports.workloads.functions(signal),
    ports.workloads.nodes(signal),
    ports.workloads.surroundings?.(signal) ?? NOTHING_KNOWN,
  ]);
  const byKey = new Map(live.map((candidate) => [keyOf(candidate), candidate]));
  const states = new Map([...stored.functions].filter(([key]) => byKey.has(key)));
  const { suite } = stored;
  const cases = message.functions.map((forecast): Case => {
    const found = { target: byKey.get(keyOf(forecast)), state: states.get(keyOf(forecast)) };
    return { forecast, ...found, nodes, surroundings, message, ports, options };
  });
  const judged = judgeAll(cases, { message, live, suite, options, now: ports.clock() });
  const failures: unknown[] = [];
  const brought = await inLanes(judged, RESIZES_AT_ONCE, async (one) => {
    if (failures.length > 0) return [];
    try {
      const carried = await bring(one, ports, options.dryRun ?? false, signal);
      if (carried.state) states.set(one.key, carried.state);
      ports.log.append(carried.decision, one.input);
      return [carried];
    } catch (error) {
      failures.push(error);
      return [];
    }
  });
  const decisions = brought.flat();
  const events = decisions.flatMap(({ events }) => events);
  // What was done is remembered also where the rest failed or time ran out.
  const done = { before: stored, functions: states, events, atMs: ports.clock() };
  if (!options.dryRun) await rememberDone(done, ports.state, saving, ports.pause);
  if (failures.length > 0) throw failures[0];
  const { cycle, shard } = message;
  return { version: 1, cycle, shard, decisions: decisions.map(({ decision }) => decision) };
}

/** Following a pod's conditions takes up to some seconds; the API server's own limits are far above this. */
const RESIZES_AT_ONCE = 16;

async function claim(
  { cycle, shard }: ForecastMessage,
  { state, clock }: ApplyPorts,
  { cyclePeriodMs }: ApplyOptions,
  signal: AbortSignal,
): Promise<StoredState> {
  const stored = await state.load(signal);
  const last = stored.suite.cycles[String(shard)];
  if (last !== undefined && isOver(cycle, last, clock(), cyclePeriodMs)) {
    throw new ForesizeError(
      'message-repeated',
      `cycle ${cycle} of shard ${shard} is not newer than ${last}, the last applied`,
    );
  }
  const suite = { ...stored.suite, cycles: { ...stored.suite.cycles, [String(shard)]: cycle } };
  const claimed = { suite, functions: stored.functions };
  await state.save(claimed, signal);
  return claimed;
}

interface Judged {
  /** `namespace/name` */
  readonly key: string;
  readonly target: LiveFunction | undefined;
  /** What was decided on; undefined where nothing could be. */
  readonly input: DecideInput | undefined;
  readonly decision: Decision;
  readonly before: FunctionState | undefined;
  readonly state: FunctionState | undefined;
}

interface Case {
  readonly forecast: FunctionForecast;
  readonly target: LiveFunction | undefined;
  readonly state: FunctionState | undefined;
  readonly nodes: readonly NodeFacts[];
  readonly surroundings: Surroundings;
  readonly message: ForecastMessage;
  readonly ports: ApplyPorts;
  readonly options: ApplyOptions;
}

interface Around {
  readonly message: ForecastMessage;
  readonly live: readonly LiveFunction[];
  readonly suite: SuiteState;
  readonly options: ApplyOptions;
  readonly now: number;
}

/** All decisions of a message. What may not shrink in this cycle is decided again without: it may have to grow. */
function judgeAll(cases: readonly Case[], { message, live, suite, options, now }: Around): readonly Judged[] {
  const stop = shrinkStop(suite, now);
  const judged = judgeInTurn(cases, stop);
  const functions = live.filter(isApplied).length;
  const candidates = judged
    .filter(isShrink)
    .map(({ key, before }) => ({ key, shrunkAtMs: shrunkAt(before) }));
  const waiting = new Set(waitingFor(candidates, shrinksAllowed(message, functions, options)));
  if (waiting.size === 0) return judged;
  const share = `at most a tenth of ${functions} functions, but one, may shrink in a cycle`;
  return judged.map((one, index) => {
    const found = waiting.has(one.key) ? cases[index] : undefined;
    if (found === undefined) return one;
    const again = { ...found, surroundings: one.input?.surroundings ?? found.surroundings };
    return judge(again, `${share}, and it is the turn of others`);
  });
}

/** One after the other, since the functions of a namespace share the room that its quotas leave. */
function judgeInTurn(cases: readonly Case[], stop: string | null): readonly Judged[] {
  let left = cases[0]?.surroundings ?? NOTHING_KNOWN;
  return cases.map((one) => {
    const judged = judge({ ...one, surroundings: left }, stop);
    const { action, to } = judged.decision;
    if (action === 'resize' && to && judged.target) left = surroundingsAfter(left, judged.target.pods, to);
    return judged;
  });
}

/** Said by the annotation alone: reading all settings of ten thousand functions for each message would take long. */
const isApplied = ({ labels, annotations }: LiveFunction): boolean =>
  annotations['foresize/mode'] === 'apply' && !isOwnFunction(labels);

const isShrink = ({ decision, state, before }: Judged): boolean =>
  decision.action === 'resize' && state !== undefined && state.shrunk !== (before?.shrunk ?? null);

function shrunkAt(state: FunctionState | undefined): number | null {
  return state === undefined || state.shrunk === null ? null : unixMsOf(state, state.shrunk);
}

function judge(
  { forecast, target, state, nodes, surroundings, message, ports, options }: Case,
  shrinkHeld: string | null,
): Judged {
  const now = ports.clock();
  const key = keyOf(forecast);
  const skip = (reason: string): Judged => ({
    key,
    target,
    input: undefined,
    decision: skipped(forecast, message.cycle, now, reason),
    before: state,
    state,
  });
  if (!target) return skip('the function is not deployed any more');
  if (isOwnFunction(target.labels)) return skip('Foresize does not size its own functions');
  try {
    const settings = cappedSettings(parseSettings(target.annotations), forecast);
    const known = state?.uid === target.uid ? state : undefined;
    const { cyclePeriodMs, sizingPeriodMs } = options;
    const about = { cycle: message.cycle, live: target, settings, forecast, state: known, nodes };
    // Only one actuator needs the cluster to resize running pods.
    const isInPlace = ports.actuator.name === 'kubernetes';
    const resizeHeld = isInPlace ? whyNotInPlace(surroundings, nodes, target) : null;
    const input = { now, ...about, surroundings, shrinkHeld, resizeHeld, cyclePeriodMs, sizingPeriodMs };
    const decided = decide(input);
    // What a deploy made void is not to come back where a decision is not carried out.
    const before = known && stateOf(input);
    const { decision, state: next } = ports.actuator.rollsOut
      ? atRolloutPace({ ...decided, target, before, now })
      : decided;
    return { key, target, input, decision: { ...decision, peak: forecast.peak }, before, state: next };
  } catch (error) {
    if (error instanceof ForesizeError) return skip(`${error.message}. ${error.remedy}`);
    throw error;
  }
}

/** DESIGN §7: a source without throttling and history caps the mode at recommend. */
function cappedSettings(settings: FunctionSettings, { signals }: FunctionForecast): FunctionSettings {
  return signals.advisory === true && settings.mode === 'apply'
    ? { ...settings, mode: 'recommend' }
    : settings;
}

function skipped({ namespace, name }: FunctionForecast, cycle: number, at: number, reason: string): Decision {
  return {
    namespace,
    name,
    cycle,
    at,
    action: 'skip',
    mode: 'off',
    path: 'none',
    from: null,
    to: null,
    reason,
    steps: [],
    outcomes: [],
  };
}

interface Carried {
  readonly decision: Decision;
  readonly state: FunctionState | undefined;
  readonly events: readonly ShrinkEvent[];
}

async function bring(
  judged: Judged,
  { actuator, announcer, clock, scaler }: ApplyPorts,
  dryRun: boolean,
  signal: AbortSignal,
): Promise<Carried> {
  const { target, decision, state, before } = judged;
  if (!target) return { decision, state, events: [] };
  const one = { target, decision, state, before, now: clock(), dryRun };
  const { taken, ...resized } = await carryOut(one, actuator, signal);
  const settings = judged.input?.settings;
  const carried = await scaleOut({ ...one, ...resized, settings }, scaler, signal);
  if (announcer) announce(carried.decision, target, announcer);
  return { ...carried, events: taken ? eventsOf(judged) : [] };
}

/** What the suite has to remember of it. */
function eventsOf(judged: Judged): readonly ShrinkEvent[] {
  const { key, decision } = judged;
  if (rolledBack(decision).length > 0) return [{ key, event: 'rolled-back' }];
  return isShrink(judged) ? [{ key, event: 'shrunk' }] : [];
}
