import type { LiveFunction, NodeFacts } from '../chain/ports.ts';
import type { Signals } from '../messages/usage.ts';
import type { PodFacts, Resources } from '../usage/reading.ts';
import { settlingMsOf } from './bookkeeping.ts';
import { POLICY } from './constants.ts';
import type { Context, DecideInput } from './context.ts';
import { knownPeak } from './maxima.ts';
import { cpuToFit } from './minimum-replicas.ts';
import { type Metric, qosClassOf, UNIT } from './resources.ts';
import type { FunctionState } from './state.ts';
import { NOTHING_KNOWN } from './surroundings.ts';

/** The pod that started last: it shows the template as it is now. */
export function newestPod(pods: readonly PodFacts[]): PodFacts | undefined {
  return pods.reduce<PodFacts | undefined>(
    (newest, pod) =>
      newest === undefined || (pod.startedAtMs ?? Infinity) > (newest.startedAtMs ?? Infinity) ? pod : newest,
    undefined,
  );
}

function baseOf({ live, settings }: DecideInput, state: FunctionState): Resources {
  if (settings.mode === 'apply' && state.applied !== null) return state.applied;
  return newestPod(live.pods)?.desired ?? live.template;
}

/** Allocatable of the smallest node that holds a pod, or of the largest node while none is placed. */
function allocatable(
  pods: readonly PodFacts[],
  nodes: readonly NodeFacts[],
  of: (node: NodeFacts) => number,
): number | null {
  const holding = nodes.filter((node) => pods.some((pod) => pod.node === node.name)).map(of);
  if (holding.length > 0) return Math.min(...holding);
  return nodes.length > 0 ? Math.max(...nodes.map(of)) : null;
}

/** The tighter of two upper bounds in whole units, so that rounding up never crosses it. */
function upperBound(metric: Metric, asked: number | null, node: number | null): number | null {
  if (asked === null && node === null) return null;
  const bound = Math.min(asked ?? Infinity, node ?? Infinity);
  if (metric === 'memory') return Math.floor(bound);
  return Math.floor(bound / UNIT.cpu + 1e-6) / 1000;
}

function newestCpu(signals: Signals, live: LiveFunction): (number | null)[] {
  const { lastCpuCores, maximumCpuCores, lastTotalCpuCores, maximumTotalCpuCores } = signals;
  return [
    cpuToFit(lastCpuCores, lastTotalCpuCores, live),
    cpuToFit(maximumCpuCores, maximumTotalCpuCores, live),
  ];
}

const newestMemory = ({ lastMemoryBytes, maximumMemoryBytes }: Signals): (number | null)[] => [
  lastMemoryBytes,
  maximumMemoryBytes,
];

export function buildContext(input: DecideInput, state: FunctionState): Context {
  const { now, live, settings, forecast, nodes } = input;
  const base = baseOf(input, state);
  const { signals } = forecast;
  const node = {
    cpu: allocatable(live.pods, nodes, ({ allocatableCpuCores }) => allocatableCpuCores),
    memory: allocatable(live.pods, nodes, ({ allocatableMemoryBytes }) => allocatableMemoryBytes),
  };
  return {
    now,
    live,
    settings,
    forecast,
    signals,
    state,
    base,
    qosClass: live.pods[0]?.qosClass ?? qosClassOf(base),
    upper: {
      cpu: upperBound('cpu', settings.cpuMaxCores, node.cpu),
      memory: upperBound('memory', settings.memoryMaxBytes, node.memory),
    },
    lower: { cpu: settings.cpuMinCores, memory: settings.memoryMinBytes },
    peaks: {
      cpu: knownPeak(state, newestCpu(signals, live), 'cpu', now, settings.evidenceMs),
      memory: knownPeak(state, newestMemory(signals), 'memory', now, settings.evidenceMs),
    },
    isFresh: state.appliedAt === null || forecast.at > state.appliedAt,
    settlingMs: settlingMsOf(settings.evidenceMs),
    shrinkHeld: input.shrinkHeld ?? null,
    resizeHeld: input.resizeHeld ?? null,
    nodes,
    surroundings: input.surroundings ?? NOTHING_KNOWN,
    requestMargin: input.requestMargin ?? POLICY.requestMargin,
    cyclePeriodMs: input.cyclePeriodMs ?? 15_000,
  };
}
