import { readSettings } from '../annotations/read-settings.ts';
import { keyOf } from '../function-key.ts';
import type { ForecastMessage, FunctionForecast } from '../messages/forecast.ts';
import type { FunctionUsage, UsageMessage } from '../messages/usage.ts';
import type { FunctionSettings } from '../policy/settings.ts';
import type { FunctionState } from '../policy/state.ts';
import type { PastHour } from '../recommend/past-use.ts';
import { recommend, type RecommendInput } from '../recommend/recommend.ts';
import type { Recommendation } from '../recommend/recommendation.ts';
import { pendingUsage, type PendingUsage } from '../usage/build-usage.ts';
import type { CallSeries, Reading } from '../usage/reading.ts';
import { isOwnFunction } from './own-functions.ts';
import type { Clock, LiveFunction, MetricsSource, NodeFacts, Workloads } from './ports.ts';
import { cutIntoShards } from './shards.ts';

/** One function as it was found. */
export interface SeenFunction {
  readonly live: LiveFunction;
  readonly usage: FunctionUsage;
  readonly forecast: FunctionForecast;
  /** What Foresize remembers of it; undefined where it does not run, or has never seen it. */
  readonly state: FunctionState | undefined;
  /** Null where its annotations are wrong. */
  readonly settings: FunctionSettings | null;
  /** What is wrong with its annotations. */
  readonly problem: string | null;
  /** Null where its annotations are wrong. */
  readonly recommendation: Recommendation | null;
  /** The gateway's counters; null where they are not known. */
  readonly calls: CallSeries | null;
}

/** One look at everything. Times in Unix ms. */
export interface Look {
  readonly at: number;
  readonly stepMs: number;
  readonly horizonMs: number;
  readonly functions: readonly SeenFunction[];
  readonly nodes: readonly NodeFacts[];
}

export interface LookPorts {
  readonly clock: Clock;
  readonly source: MetricsSource;
  readonly workloads: Workloads;
  /** What predict-resources answers to a message, in the order of its functions. */
  readonly forecast: (usage: UsageMessage, signal: AbortSignal) => Promise<ForecastMessage>;
  /** What Foresize remembers, by namespace/name. */
  readonly states: (signal: AbortSignal) => Promise<ReadonlyMap<string, FunctionState>>;
  /** What is known from before the window, oldest first. */
  readonly past?: (live: LiveFunction) => readonly PastHour[];
}

export interface LookOptions {
  readonly stepMs: number;
  /** Samples a series: the window is `steps × stepMs`. */
  readonly steps: number;
  readonly horizonMs: number;
  /** Most JSON of one message to `forecast`. */
  readonly messageBytes: number;
}

/**
 * What runs, what it uses, what is forecast, and what would be recommended: all that a cycle reads, and nothing that it
 * does. Foresize's own functions are left out. Throws as the ports do.
 */
export async function lookAround(ports: LookPorts, options: LookOptions, signal: AbortSignal): Promise<Look> {
  const { stepMs, steps, horizonMs } = options;
  const now = ports.clock();
  const [reading, found, nodes, states] = await Promise.all([
    ports.source.read(now - steps * stepMs, signal),
    ports.workloads.functions(signal),
    ports.workloads.nodes(signal),
    ports.states(signal),
  ]);
  const live = found.filter(({ labels }) => !isOwnFunction(labels));
  const calls = new Map(
    reading.calls.map((one) => [keyOf({ namespace: one.namespace, name: one.functionName }), one]),
  );
  const at = Math.floor(now / stepMs) * stepMs;
  const head = { version: 1 as const, installation: 'look', cycle: 0, at, stepMs, horizonMs };
  const isAdvisory = ports.source.name === 'metrics-api';
  const functions: SeenFunction[] = [];
  const shards = cutIntoShards(pendingOf(live, reading, now, options), options.messageBytes, steps);
  // Usage is built as its turn comes, so that others have theirs.
  for (const [shard, group] of shards.entries()) {
    const usages = group.map(({ target, pending }) => completed(target, pending.build(), isAdvisory));
    const message = { ...head, shard, shards: shards.length, functions: usages };
    const forecasts = (await ports.forecast(message, signal)).functions;
    for (const [index, { target }] of group.entries()) {
      const [usage, forecast] = [usages[index], forecasts[index]];
      if (usage === undefined || forecast === undefined) continue;
      const known = { now, nodes, state: states.get(keyOf(target)), past: ports.past?.(target) ?? [] };
      const one = { live: target, usage, forecast, stepMs, ...known };
      functions.push({ ...judge(one), calls: calls.get(keyOf(target)) ?? null });
    }
  }
  return { at, stepMs, horizonMs, functions, nodes };
}

/** Functions whose use is known, in the order in which they were found. */
function pendingOf(
  live: readonly LiveFunction[],
  reading: Pick<Reading, 'containers' | 'calls'>,
  now: number,
  { stepMs, steps }: LookOptions,
): { readonly target: LiveFunction; readonly pending: PendingUsage }[] {
  const pods = live.flatMap((one) => one.pods);
  const all = pendingUsage({ ...reading, atMs: now, pods }, { stepMs, steps, endMs: now });
  const byKey = new Map(all.map((pending) => [keyOf(pending), pending]));
  return live.flatMap((target) => {
    const pending = byKey.get(keyOf(target));
    return pending === undefined ? [] : [{ target, pending }];
  });
}

function judge(known: Omit<RecommendInput, 'settings'>): Omit<SeenFunction, 'calls'> {
  const { live, usage, forecast, state } = known;
  const { settings, problem } = readSettings(live.annotations);
  const recommendation = settings === null ? null : recommend({ ...known, settings });
  return { live, usage, forecast, state, settings, problem, recommendation };
}

/** With what the reading does not tell. */
function completed({ annotations }: LiveFunction, usage: FunctionUsage, advisory: boolean): FunctionUsage {
  const forecaster = annotations['foresize/forecaster'] ?? 'auto';
  return { ...usage, forecaster, signals: { ...usage.signals, advisory } };
}
