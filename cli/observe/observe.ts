import { setTimeout as delay } from 'node:timers/promises';
import { readSettings } from '#core/annotations/read-settings.ts';
import { isOwnFunction } from '#core/chain/own-functions.ts';
import type { LiveFunction, NodeFacts } from '#core/chain/ports.ts';
import { ForesizeError } from '#core/errors/error.ts';
import { keyOf } from '#core/function-key.ts';
import type { FunctionUsage } from '#core/messages/usage.ts';
import type { FunctionState } from '#core/policy/state.ts';
import type { PastHour } from '#core/recommend/past-use.ts';
import { recommend } from '#core/recommend/recommend.ts';
import { buildUsage } from '#core/usage/build-usage.ts';
import type { CallSeries } from '#core/usage/reading.ts';
import { forecastFunction, type Toolkit } from '#forecast/predict-usage.ts';
import { createConfigMapStateStore } from '#platform/state/configmap-state-store.ts';
import type { ShareProgress } from '../live/share-progress.ts';
import type { Observation, ObservedFunction } from './observation.ts';
import { NO_PAST, type Past } from './past.ts';
import type { Target } from './target.ts';

/** As collect-metrics reads: an hour in steps of 15 s, and the peak until the next decision is in force. */
export const GRID = { stepMs: 15_000, steps: 240, horizonMs: 75_000 } as const;

/** A source without a past is read this often while it is watched. */
const READ_EVERY_MS = 5_000;

/** Watches the target's source for as long as it needs to say anything. Throws `source-unavailable`. */
export async function watch(
  { source, watchMs }: Target,
  signal: AbortSignal,
  onProgress: ShareProgress['show'],
): Promise<void> {
  const beginMs = Date.now();
  for (let passed = 0; passed < watchMs; passed = Date.now() - beginMs) {
    await source.read(beginMs, signal);
    onProgress(passed / watchMs, 'watching the use of the functions');
    await delay(Math.min(READ_EVERY_MS, Math.max(0, watchMs - passed)), undefined, { signal });
  }
}

/**
 * One look: what runs, what it uses, what is forecast, and what would be recommended. Reads only. Throws
 * `source-unavailable`, `kubernetes-unavailable` and `kubernetes-refused`.
 */
export async function observe(
  target: Target,
  toolkit: Toolkit,
  signal: AbortSignal,
  past: Past = NO_PAST,
): Promise<Observation> {
  const now = Date.now();
  const { stepMs, steps, horizonMs } = GRID;
  const notes: string[] = [];
  const [reading, found, nodes, states] = await Promise.all([
    target.source.read(now - steps * stepMs, signal),
    target.workloads.functions(signal),
    target.workloads.nodes(signal),
    statesOf(target, notes, signal),
  ]);
  const live = found.filter(({ labels }) => !isOwnFunction(labels));
  const pods = live.flatMap((one) => one.pods);
  const usages = new Map(
    buildUsage({ ...reading, atMs: now, pods }, { stepMs, steps, endMs: now }).map((usage) => [
      keyOf(usage),
      usage,
    ]),
  );
  const calls = new Map(reading.calls.map((one) => [`${one.namespace}/${one.functionName}`, one]));
  const at = Math.floor(now / stepMs) * stepMs;
  const advisory = target.source.name === 'metrics-api';
  const functions = live.flatMap((one): ObservedFunction[] => {
    const usage = usages.get(keyOf(one));
    const around = { at, nodes, toolkit, advisory, state: states.get(keyOf(one)), past: past.hoursOf(one) };
    return usage === undefined ? [] : [judge(one, usage, calls.get(keyOf(one)) ?? null, around)];
  });
  return {
    target: target.name,
    at,
    stepMs,
    horizonMs,
    functions,
    nodes,
    notes: [...target.notes(), ...notes, ...past.notes],
  };
}

/** What Foresize remembers; nothing where it does not run, or we may not read it. */
async function statesOf(
  { connection }: Target,
  notes: string[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, FunctionState>> {
  const log = { warn: (_: object, message: string) => notes.push(message) };
  try {
    return (await createConfigMapStateStore(connection, log).load(signal)).functions;
  } catch (error) {
    if (!(error instanceof ForesizeError)) throw error;
    notes.push(
      `what Foresize remembers could not be read, so only what is seen now counts: ${error.message}`,
    );
    return new Map();
  }
}

interface Around {
  readonly at: number;
  readonly nodes: readonly NodeFacts[];
  readonly toolkit: Toolkit;
  readonly advisory: boolean;
  readonly state: FunctionState | undefined;
  readonly past: readonly PastHour[];
}

function judge(
  live: LiveFunction,
  read: FunctionUsage,
  calls: CallSeries | null,
  { at, nodes, toolkit, advisory, state, past }: Around,
): ObservedFunction {
  const { settings, problem } = readSettings(live.annotations);
  const { stepMs, horizonMs } = GRID;
  const forecaster = settings?.forecaster ?? 'auto';
  const usage = { ...read, forecaster, signals: { ...read.signals, advisory } };
  const forecast = forecastFunction(usage, { at, stepMs, horizonMs }, toolkit);
  const input = { now: Date.now(), live, usage, stepMs, forecast, state, nodes, past };
  return {
    live,
    usage,
    forecast,
    state,
    settings,
    problem,
    recommendation: settings === null ? null : recommend({ ...input, settings }),
    decisions: state?.decisions.map(({ action, ...rest }) => ({ ...rest, action: actionOf(action) })) ?? [],
    calls,
  };
}

/** Only changes are remembered; an older state may name others. */
function actionOf(text: string): 'resize' | 'hold' | 'skip' {
  return text === 'hold' || text === 'skip' ? text : 'resize';
}
