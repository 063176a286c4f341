import { keyOf } from '../function-key.ts';
import type { Decision, DecisionReport } from '../messages/decision.ts';
import type { FunctionUsage, UsageMessage } from '../messages/usage.ts';
import { pendingUsage, type PendingUsage } from '../usage/build-usage.ts';
import { inLanes } from './in-lanes.ts';
import { cutIntoShards } from './shards.ts';
import { isOwnFunction } from './own-functions.ts';
import type { Carrier, Clock, CycleStore, MetricsSource, Workloads } from './ports.ts';

export interface CollectOptions {
  readonly installation: string;
  readonly periodMs: number;
  readonly stepMs: number;
  /** Samples a series: the window is `steps × stepMs`. */
  readonly steps: number;
  /** Cadence of sizing plus the time a decision takes to be in force (DESIGN §5: 60 s + 15 s). */
  readonly horizonMs: number;
  readonly shardBytes: number;
  /** Shards on their way at once. */
  readonly parallel: number;
}

export interface CollectPorts {
  readonly clock: Clock;
  readonly cycles: CycleStore;
  readonly source: MetricsSource;
  readonly workloads: Workloads;
  readonly carrier: Carrier;
}

/** `busy`: this period's cycle is another caller's. `queued`: the queue carries it on. */
export interface CycleReport {
  readonly cycle: number;
  readonly status: 'done' | 'queued' | 'busy' | 'partial';
  readonly functions: number;
  readonly decisions: readonly Decision[];
  /** One line a shard that could not be carried. */
  readonly failures: readonly string[];
}

/** One cycle: claim it, read the usage of all functions, send it on in shards. Throws `source-unavailable`. */
export async function collectCycle(
  ports: CollectPorts,
  options: CollectOptions,
  signal: AbortSignal,
): Promise<CycleReport> {
  const now = ports.clock();
  const cycle = Math.floor(now / options.periodMs);
  if (!(await ports.cycles.claim(cycle, signal))) return busyReport(cycle);
  const functions = await readUsage(ports, options, now, signal);
  const { installation, stepMs, horizonMs } = options;
  const at = Math.floor(now / stepMs) * stepMs;
  const head = { version: 1 as const, installation, cycle, at, stepMs, horizonMs };
  const cut = cutIntoShards(functions, options.shardBytes, options.steps);
  const shards = cut.map((group, shard) => ({ group, place: { shard, shards: cut.length } }));
  // Usage is built as its turn comes: only the shards under way are in memory.
  const outcomes = await inLanes(shards, options.parallel, ({ group, place }) => {
    const usage = { ...head, ...place, functions: group.map((pending) => pending.build()) };
    return carryOne(usage, ports.carrier, signal);
  });
  return { cycle, functions: functions.length, ...summarise(outcomes) };
}

export function busyReport(cycle: number): CycleReport {
  return { cycle, status: 'busy', functions: 0, decisions: [], failures: [] };
}

async function readUsage(
  { source, workloads }: CollectPorts,
  { stepMs, steps }: CollectOptions,
  now: number,
  signal: AbortSignal,
): Promise<readonly PendingUsage[]> {
  const [{ containers, calls }, live] = await Promise.all([
    source.read(now - steps * stepMs, signal),
    workloads.functions(signal),
  ]);
  const sized = live.filter((candidate) => !isOwnFunction(candidate.labels));
  const forecasters = new Map(
    sized.map((candidate) => [keyOf(candidate), candidate.annotations['foresize/forecaster']]),
  );
  const pods = sized.flatMap((candidate) => candidate.pods);
  return pendingUsage({ atMs: now, containers, calls, pods }, { stepMs, steps, endMs: now })
    .filter((pending) => forecasters.has(keyOf(pending)))
    .map((pending) => ({
      ...pending,
      build: () => completed(pending.build(), forecasters, source.name === 'metrics-api'),
    }));
}

/** With what the reading does not tell. */
function completed(
  usage: FunctionUsage,
  forecasters: ReadonlyMap<string, string | undefined>,
  advisory: boolean,
): FunctionUsage {
  const forecaster = forecasters.get(keyOf(usage)) ?? 'auto';
  return { ...usage, forecaster, signals: { ...usage.signals, advisory } };
}

type Outcome = { readonly report: DecisionReport | null } | { readonly failure: string };

async function carryOne(usage: UsageMessage, carrier: Carrier, signal: AbortSignal): Promise<Outcome> {
  try {
    return { report: await carrier.carry(usage, signal) };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { failure: `shard ${usage.shard} of ${usage.shards}: ${reason}` };
  }
}

function summarise(outcomes: readonly Outcome[]): Pick<CycleReport, 'status' | 'decisions' | 'failures'> {
  const failures = outcomes.flatMap((outcome) => ('failure' in outcome ? [outcome.failure] : []));
  const reports = outcomes.flatMap((outcome) => ('report' in outcome ? [outcome.report] : []));
  const decisions = reports.flatMap((report) => report?.decisions ?? []);
  const queued = reports.some((report) => report === null);
  return { status: failures.length > 0 ? 'partial' : queued ? 'queued' : 'done', decisions, failures };
}
