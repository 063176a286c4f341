import { ForesizeError } from '../errors/error.ts';
import type { Decision, DecisionReport } from '../messages/decision.ts';
import type { ForecastMessage, FunctionForecast } from '../messages/forecast.ts';
import { parseSettings } from '../annotations/parse-settings.ts';
import { decide } from '../policy/decide.ts';
import type { FunctionSettings } from '../policy/settings.ts';
import type { FunctionState } from '../policy/state.ts';
import { isOver } from './cycle.ts';
import { inLanes } from './in-lanes.ts';
import { isOwnFunction } from './own-functions.ts';
import type {
  Actuator,
  Clock,
  DecisionLog,
  LiveFunction,
  NodeFacts,
  PodOutcome,
  StateStore,
  StoredState,
  Workloads,
} from './ports.ts';

export interface ApplyPorts {
  readonly clock: Clock;
  readonly workloads: Workloads;
  readonly state: StateStore;
  readonly actuator: Actuator;
  readonly log: DecisionLog;
}

export interface ApplyOptions {
  readonly cyclePeriodMs: number;
  readonly sizingPeriodMs: number;
}

/**
 * Decides about every function of the message against the live state, and carries the decisions out. Idempotent by
 * cycle: the shard's cycle is claimed in the state before anything is done.
 * Throws `message-repeated` for a cycle not newer than the one last applied to the shard, `state-conflict` if another
 * writer claimed it meanwhile.
 */
export async function applyForecasts(
  message: ForecastMessage,
  ports: ApplyPorts,
  options: ApplyOptions,
  signal: AbortSignal,
): Promise<DecisionReport> {
  const stored = await claim(message, ports, options, signal);
  const [live, nodes] = await Promise.all([ports.workloads.functions(signal), ports.workloads.nodes(signal)]);
  const byKey = new Map(live.map((candidate) => [keyOf(candidate), candidate]));
  const states = new Map([...stored.functions].filter(([key]) => byKey.has(key)));
  const decisions = await inLanes(message.functions, RESIZES_AT_ONCE, async (forecast) => {
    const target = byKey.get(keyOf(forecast));
    const state = states.get(keyOf(forecast));
    const judged = judge({ forecast, target, state, nodes, message, ports, options });
    const carried = await carryOut(judged, target, ports.actuator, signal);
    if (carried.state) states.set(keyOf(forecast), carried.state);
    ports.log.append(carried.decision);
    return carried.decision;
  });
  await ports.state.save({ suite: stored.suite, functions: states }, signal);
  return { version: 1, cycle: message.cycle, shard: message.shard, decisions };
}

/** Following a pod's conditions takes up to some seconds; the API server's own limits are far above this. */
const RESIZES_AT_ONCE = 16;

function keyOf({ namespace, name }: { readonly namespace: string; readonly name: string }): string {
  return `${namespace}/${name}`;
}

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
  readonly decision: Decision;
  readonly before: FunctionState | undefined;
  readonly state: FunctionState | undefined;
}

interface Case {
  readonly forecast: FunctionForecast;
  readonly target: LiveFunction | undefined;
  readonly state: FunctionState | undefined;
  readonly nodes: readonly NodeFacts[];
  readonly message: ForecastMessage;
  readonly ports: ApplyPorts;
  readonly options: ApplyOptions;
}

function judge({ forecast, target, state, nodes, message, ports, options }: Case): Judged {
  const now = ports.clock();
  const skip = (reason: string): Judged => ({
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
    const input = { now, cycle: message.cycle, live: target, settings, forecast, state: known, nodes };
    const { decision, state: next } = decide({ ...input, cyclePeriodMs, sizingPeriodMs });
    return { decision: { ...decision, peak: forecast.peak }, before: known, state: next };
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

async function carryOut(
  judged: Judged,
  target: LiveFunction | undefined,
  actuator: Actuator,
  signal: AbortSignal,
): Promise<{ decision: Decision; state: FunctionState | undefined }> {
  const { decision, state, before } = judged;
  if (!target || decision.action !== 'resize' || decision.to === null) return { decision, state };
  const changes = actuator.plan(target, decision.to);
  if (changes.length === 0) {
    return {
      decision: { ...decision, action: 'hold', reason: `Asked for already: ${decision.reason}` },
      state,
    };
  }
  const outcomes = await Promise.all(changes.map((change) => actuator.apply(change, signal)));
  const taken = outcomes.some(wasTaken);
  return { decision: { ...decision, outcomes }, state: taken ? state : withoutApplication(state, before) };
}

function wasTaken({ result }: PodOutcome): boolean {
  return result === 'applied' || result === 'pending';
}

/** What was learned stays, what was not carried out is not remembered as done. */
function withoutApplication(
  state: FunctionState | undefined,
  before: FunctionState | undefined,
): FunctionState | undefined {
  if (!state) return before;
  return {
    ...state,
    applied: before?.applied ?? null,
    appliedAt: before?.appliedAt ?? null,
    changed: before?.changed ?? state.changed.map(() => null),
    oom: before?.oom ?? null,
    armed: before?.armed ?? state.armed.map(() => null),
    quarantine: before?.quarantine ?? state.quarantine.map(() => null),
  };
}
