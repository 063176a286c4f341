import { join } from 'node:path';
import { applyForecasts, type ApplyPorts } from '#core/chain/apply.ts';
import { collectCycle, type CollectPorts } from '#core/chain/collect.ts';
import { lookAround } from '#core/chain/look.ts';
import type { MetricsSource, PodChange, StateStore, StoredState, Workloads } from '#core/chain/ports.ts';
import type { UsageMessage } from '#core/messages/usage.ts';
import { isSame } from '#core/policy/resources.ts';
import type { Resources } from '#core/usage/reading.ts';
import type { Toolkit } from '#forecast/predict-usage.ts';
import { predictInTurns } from '../../functions/predict-resources/predict-in-turns.ts';
import { loadToolkit } from '../../functions/predict-resources/toolkit.ts';
import type { Observation } from '../../cli/observe/observation.ts';
import { createDecisionMemory, type DecisionMemory } from '../../cli/page/decision-memory.ts';
import { readSession } from '../../training/recordings/read-recording.ts';
import {
  callsWithin,
  containersWithin,
  limitsAt,
  podsAt,
  readRecordedFunction,
  type RecordedFunction,
} from './recorded-functions.ts';

/** What was recorded, and what the chain made of it. */
export interface Replayed {
  readonly observation: Observation;
  readonly decisions: DecisionMemory;
  readonly toolkit: Toolkit;
}

/** One function of the recording, with requests as they are often found: round, and looked at by nobody since. */
export interface Played {
  readonly name: string;
  /** Its folder in the recording. */
  readonly folder: string;
  readonly mode: 'apply' | 'recommend';
  readonly cpuRequestCores: number;
  readonly memoryRequestBytes: number;
}

const STEP_MS = 15_000;
const GRID = { stepMs: STEP_MS, steps: 240, horizonMs: 75_000 } as const;

/** Less than by default, since a recording holds no week. */
const ANNOTATIONS = { 'foresize/evidence': '30m', 'foresize/cooldown': '10m' };

/** What ran under one core is not to be said to have run under more. */
const APPLIED = { 'foresize/mode': 'apply', 'foresize/cpu-max': '1' };

/**
 * Runs the chain over a recording, a cycle every 15 s of it, as collect-metrics, predict-resources and apply-resources
 * run it; and looks around at its end. What was used does not depend on requests, so these are as the chain sets them;
 * a limit would change what is used, so only functions that met none are in mode apply.
 */
export async function replayChain(directory: string, played: readonly Played[]): Promise<Replayed> {
  const { namespace, startedAtMs, name } = await readSession(directory);
  const functions = await Promise.all(
    played.map(async (one) => ({
      ...one,
      recorded: await readRecordedFunction(join(directory, one.folder), namespace, one.name),
    })),
  );
  const toolkit = await loadToolkit({ MODEL_PATH: undefined, MODEL_MISSING: 'fail' }, () => undefined);
  const endMs = Math.min(...functions.map(({ recorded }) => lastSampleMs(recorded)));
  const world = createWorld(functions, namespace);
  const decisions = createDecisionMemory();
  const state = memoryState();
  const { signal } = new AbortController();
  for (let atMs = startedAtMs + 4 * STEP_MS; atMs <= endMs; atMs += STEP_MS) {
    world.nowMs = atMs;
    await runCycle(world, state, decisions, toolkit, signal);
  }
  const look = await lookAround(
    {
      ...world.ports(),
      states: async () => (await state.load(signal)).functions,
      forecast: (usage) => predictInTurns(usage, toolkit, signal),
    },
    { ...GRID, messageBytes: Infinity },
    signal,
  );
  const seen = look.functions.map((one) => ({ ...one, decisions: [] }));
  const target = `the recording of ${name}, replayed`;
  return { observation: { ...look, functions: seen, target, notes: [] }, decisions, toolkit };
}

type PlayedFunction = Played & { readonly recorded: RecordedFunction };

const lastSampleMs = ({ containers }: RecordedFunction): number =>
  Math.max(...containers.map(({ timesMs }) => timesMs.at(-1) ?? 0));

/** The recording at a time, and the sizes that were set by then. */
function createWorld(functions: readonly PlayedFunction[], namespace: string) {
  const set = new Map<string, Resources>();
  const world = { nowMs: 0, set, ports };
  const sizesOf = ({ name, recorded, cpuRequestCores, memoryRequestBytes }: PlayedFunction): Resources =>
    set.get(name) ?? { cpuRequestCores, memoryRequestBytes, ...limitsAt(recorded, world.nowMs) };
  const workloads: Workloads = {
    functions: () =>
      Promise.resolve(
        functions.map((one) => ({
          namespace,
          name: one.name,
          uid: one.name,
          annotations: { ...ANNOTATIONS, ...(one.mode === 'apply' ? APPLIED : {}) },
          labels: {},
          replicas: 1,
          template: sizesOf(one),
          pods: podsAt(one.recorded, namespace, world.nowMs, sizesOf(one)),
        })),
      ),
    nodes: () =>
      Promise.resolve([{ name: 'recorded', allocatableCpuCores: 2, allocatableMemoryBytes: 24 * 2 ** 30 }]),
  };
  const source: MetricsSource = {
    name: 'scrape',
    read: (fromMs) =>
      Promise.resolve({
        containers: functions.flatMap(({ recorded }) => containersWithin(recorded, fromMs, world.nowMs)),
        calls: functions.map(({ recorded }) => callsWithin(recorded, fromMs, world.nowMs)),
      }),
  };
  function ports() {
    return { clock: () => world.nowMs, source, workloads };
  }
  return world;
}

async function runCycle(
  world: ReturnType<typeof createWorld>,
  state: StateStore,
  decisions: DecisionMemory,
  toolkit: Toolkit,
  signal: AbortSignal,
): Promise<void> {
  const { clock, source, workloads } = world.ports();
  const applyPorts: ApplyPorts = {
    clock,
    workloads,
    state,
    actuator: {
      name: 'kubernetes',
      plan: (target, to) =>
        target.pods.filter(({ desired }) => !isSame(desired, to)).map((pod) => ({ pod, to })),
      apply: ({ pod, to }: PodChange) => {
        world.set.set(pod.functionName, to);
        return Promise.resolve({ pod: pod.pod, result: 'applied', detail: 'in force' });
      },
    },
    log: { append: decisions.add },
  };
  const carry = async (usage: UsageMessage) => {
    const forecasts = await predictInTurns(usage, toolkit, signal);
    return applyForecasts(forecasts, applyPorts, { cyclePeriodMs: STEP_MS, sizingPeriodMs: 60_000 }, signal);
  };
  const collectPorts: CollectPorts = {
    clock,
    source,
    workloads,
    cycles: { claim: () => Promise.resolve(true) },
    carrier: { carry },
  };
  const options = {
    installation: 'screenshots',
    periodMs: STEP_MS,
    shardBytes: Infinity,
    parallel: 1,
    ...GRID,
  };
  const { failures } = await collectCycle(collectPorts, options, signal);
  if (failures.length > 0) throw new Error(failures.join('; '));
}

function memoryState(): StateStore {
  let stored: StoredState = { suite: { cycles: {} }, functions: new Map() };
  return {
    load: () => Promise.resolve(stored),
    save: (next) => {
      stored = next;
      return Promise.resolve();
    },
  };
}
