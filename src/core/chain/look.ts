import { readSettings } from '../annotations/read-settings.ts';
import { keyOf } from '../function-key.ts';
import type { ForecastMessage, FunctionForecast } from '../messages/forecast.ts';
import type { FunctionUsage, UsageMessage } from '../messages/usage.ts';
import type { FunctionSettings } from '../policy/settings.ts';
import type { FunctionState } from '../policy/state.ts';
import type { PastHour } from '../recommend/past-use.ts';
import { recommend } from '../recommend/recommend.ts';
import type { Recommendation } from '../recommend/recommendation.ts';
import { buildUsage } from '../usage/build-usage.ts';
import type { CallSeries } from '../usage/reading.ts';
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
  const pods = live.flatMap((one) => one.pods);
  const usages = new Map(
    buildUsage({ ...reading, atMs: now, pods }, { stepMs, steps, endMs: now }).map((usage) => [
      keyOf(usage),
      usage,
    ]),
  );
  const calls = new Map(reading.calls.map((one) => [`${one.namespace}/${one.functionName}`, one]));
  const advisory = ports.source.name === 'metrics-api';
  const seen = live.flatMap((one) => {
    const usage = usages.get(keyOf(one));
    return usage === undefined ? [] : [{ live: one, usage: completed(one, usage, advisory) }];
  });
  const at = Math.floor(now / stepMs) * stepMs;
  const forecasts = await forecastAll(
    seen.map(({ usage }) => usage),
    at,
    ports,
    options,
    signal,
  );
  const around = { now, stepMs, nodes };
  const functions = seen.flatMap(({ live: one, usage }, index): SeenFunction[] => {
    const forecast = forecasts[index];
    if (forecast === undefined) return [];
    const state = states.get(keyOf(one));
    const past = ports.past?.(one) ?? [];
    const { settings, problem } = readSettings(one.annotations);
    const recommendation =
      settings === null ? null : recommend({ ...around, live: one, usage, forecast, state, past, settings });
    return [
      {
        live: one,
        usage,
        forecast,
        state,
        settings,
        problem,
        recommendation,
        calls: calls.get(keyOf(one)) ?? null,
      },
    ];
  });
  return { at, stepMs, horizonMs, functions, nodes };
}

/** With what the reading does not tell. */
function completed({ annotations }: LiveFunction, usage: FunctionUsage, advisory: boolean): FunctionUsage {
  const forecaster = annotations['foresize/forecaster'] ?? 'auto';
  return { ...usage, forecaster, signals: { ...usage.signals, advisory } };
}

/** Message after message: each is some megabytes of JSON where it is sent. */
async function forecastAll(
  usages: readonly FunctionUsage[],
  at: number,
  { forecast }: LookPorts,
  { stepMs, steps, horizonMs, messageBytes }: LookOptions,
  signal: AbortSignal,
): Promise<readonly FunctionForecast[]> {
  const shards = cutIntoShards(usages, messageBytes, steps);
  const head = { version: 1 as const, installation: 'look', cycle: 0, shards: Math.max(1, shards.length) };
  const answers: FunctionForecast[] = [];
  for (const [shard, functions] of shards.entries()) {
    const usage = { ...head, shard, at, stepMs, horizonMs, functions: [...functions] };
    answers.push(...(await forecast(usage, signal)).functions);
  }
  return answers;
}
