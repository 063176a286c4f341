import type { Draws } from './draws.ts';
import type { CpuPlan, FunctionPlan, MemoryPlan, PlannedRestart } from './function-plan.ts';
import { perLength } from './per-length.ts';

/** The finest limit that is drawn, cores. */
const MILLICORE = 0.001;

export type CostPlan = Pick<CpuPlan, 'secondsPerCall' | 'variation' | 'drifts'>;

export function drawCost(draws: Draws): CostPlan {
  return {
    secondsPerCall: draws.logBetween(0.005, 1),
    variation: draws.pick([0.02, 0.1, 0.2, 0.5]),
    drifts: draws.chance(0.3),
  };
}

function drawCpu(draws: Draws, cost: CostPlan, loadCores: number): CpuPlan {
  return {
    ...cost,
    idleCores: draws.logBetween(1e-5, 3e-3) + loadCores * draws.pick([0, 0, 0.02, 0.1, 0.3, 1]),
    idleNoise: draws.pick([0.05, 0.1, 0.3, 1]),
    startUpSeconds: draws.logBetween(0.1, 2),
    timeoutS: draws.pick([20, 60, 60, 300]),
  };
}

/** Most limits hold what a function without a leak comes to; one in seven does not. */
function drawMemoryLimit(draws: Draws, baseBytes: number, fullBytes: number): number {
  if (!draws.chance(0.6)) return Infinity;
  const isTight = draws.chance(1 / 7);
  return Math.ceil(isTight ? baseBytes * draws.between(1.2, 1.6) : fullBytes * draws.logBetween(1.05, 4));
}

function drawMemory(draws: Draws, seconds: number): MemoryPlan {
  const baseBytes = draws.logBetween(2e6, 3.2e8);
  const collects = draws.chance(0.25);
  const plateauBytes = baseBytes * draws.between(0.05, 1);
  const fastBytes = baseBytes * draws.pick([0, 0.01, 0.05, 0.2]);
  const garbageLimitBytes = baseBytes * draws.between(0.05, 0.5);
  const fullBytes = baseBytes + plateauBytes + fastBytes + (collects ? garbageLimitBytes : 0);
  return {
    baseBytes,
    plateauBytes,
    plateauCalls: draws.logBetween(1, 300),
    isWarm: draws.chance(0.5),
    leakBytesPerCall: draws.chance(0.3) ? baseBytes * draws.logBetween(1e-7, 1e-4) : 0,
    fastBytes,
    fastHalfLifeS: draws.logBetween(5, 300),
    garbageBytesPerCall: collects ? baseBytes * draws.logBetween(1e-4, 3e-2) : 0,
    garbageLimitBytes,
    stepBytes: baseBytes * draws.pick([0, 0.002, 0.01]),
    releasesS: draws.chance(0.15) ? times(draws, draws.whole(1, 2), 0, seconds) : [],
    limitBytes: drawMemoryLimit(draws, baseBytes, fullBytes),
    killsUntilRaised: draws.pick([1, 1, 3]),
  };
}

/** Whole seconds, ascending. */
function times(draws: Draws, count: number, fromS: number, untilS: number): readonly number[] {
  return Array.from({ length: count }, () => draws.whole(fromS, untilS - 1)).sort((a, b) => a - b);
}

/** Most runtimes of functions have one thread; on one node in ten its neighbours leave less for a while. */
function drawCapacity(draws: Draws, seconds: number, meanCores: number): Float64Array {
  const capacity = new Float64Array(seconds).fill(draws.pick([1, 1, 1, 2, 4, 8]));
  const spells = draws.chance(0.1) ? perLength(seconds, draws.whole(1, 4)) : 0;
  for (const atS of times(draws, spells, 0, seconds)) {
    const untilS = atS + Math.round(60 * draws.logBetween(1, 20));
    capacity.fill(Math.min(capacity[atS] ?? 1, meanCores * draws.between(0.3, 1.5)), atS, untilS);
  }
  return capacity;
}

/** What mean load a limit is set for, as a factor: one in ten is too tight for the load. */
function drawHeadroom(draws: Draws): number {
  return draws.chance(0.1) ? draws.between(0.7, 1.1) : draws.logBetween(1.1, 20);
}

/** Three in five functions have a limit; one in three of those is resized during the trace. */
function drawLimits(draws: Draws, seconds: number, meanCores: number): Float64Array {
  const limits = new Float64Array(seconds).fill(Infinity);
  if (!draws.chance(0.6)) return limits;
  const inCores = (cores: number): number => Math.max(10, Math.round(cores / MILLICORE)) * MILLICORE;
  const first = inCores(meanCores * drawHeadroom(draws));
  limits.fill(first);
  if (!draws.chance(1 / 3)) return limits;
  for (const atS of times(draws, perLength(seconds, draws.whole(1, 20)), 0, seconds)) {
    limits.fill(inCores(first * draws.logBetween(0.5, 3)), atS);
  }
  return limits;
}

function drawRestarts(draws: Draws, seconds: number): readonly PlannedRestart[] {
  const deploys = draws.chance(0.3) ? perLength(seconds, draws.whole(1, 4)) : 0;
  const crashes = draws.chance(0.1) ? perLength(seconds, draws.whole(1, 3)) : 0;
  const restarts = (['deploy', 'crash'] as const).flatMap((kind) =>
    times(draws, kind === 'deploy' ? deploys : crashes, 60, seconds).map((atS) => ({ atS, kind })),
  );
  return restarts.sort((a, b) => a.atS - b.atS);
}

/** `loadCores`: the mean use by calls. */
export function drawPlan(draws: Draws, cost: CostPlan, loadCores: number, seconds: number): FunctionPlan {
  const cpu = drawCpu(draws, cost, loadCores);
  const meanCores = loadCores + cpu.idleCores;
  return {
    seconds,
    beginsAtS: draws.chance(0.1) ? draws.whole(1, Math.floor(0.3 * seconds)) : 0,
    cpu,
    memory: drawMemory(draws, seconds),
    capacityCores: drawCapacity(draws, seconds, meanCores),
    cpuLimitCores: drawLimits(draws, seconds, meanCores),
    restarts: drawRestarts(draws, seconds),
    startS: draws.whole(1, 10),
  };
}
