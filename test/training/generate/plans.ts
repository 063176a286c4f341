import type { Demand } from '../../../training/generate/demand.ts';
import type { CpuPlan, FunctionPlan, MemoryPlan } from '../../../training/generate/function-plan.ts';

const CPU: CpuPlan = {
  secondsPerCall: 0.2,
  variation: 0,
  drifts: false,
  idleCores: 0.001,
  idleNoise: 0,
  startUpSeconds: 1,
  timeoutS: 60,
};

const MEMORY: MemoryPlan = {
  baseBytes: 40_960_000,
  plateauBytes: 0,
  plateauCalls: 10,
  isWarm: true,
  leakBytesPerCall: 0,
  fastBytes: 0,
  fastHalfLifeS: 10,
  garbageBytesPerCall: 0,
  garbageLimitBytes: 1,
  stepBytes: 0,
  releasesS: [],
  limitBytes: Infinity,
  killsUntilRaised: 1,
};

/** A function that does what it is told to, without any chance in it. */
export function planOf(
  seconds: number,
  {
    cpu,
    memory,
    ...plan
  }: Partial<Omit<FunctionPlan, 'cpu' | 'memory'>> & {
    cpu?: Partial<CpuPlan>;
    memory?: Partial<MemoryPlan>;
  } = {},
): FunctionPlan {
  return {
    seconds,
    beginsAtS: 0,
    capacityCores: new Float64Array(seconds).fill(1),
    cpuLimitCores: new Float64Array(seconds).fill(Infinity),
    restarts: [],
    startS: 5,
    ...plan,
    cpu: { ...CPU, ...cpu },
    memory: { ...MEMORY, ...memory },
  };
}

/** So many calls in each second until `untilS`, each at the plan's cost. */
export function steadyDemand(plan: FunctionPlan, callsPerSecond: number, untilS = plan.seconds): Demand {
  const calls = new Float64Array(plan.seconds).fill(callsPerSecond, 0, untilS);
  return { calls, work: calls.map((count) => count * plan.cpu.secondsPerCall) };
}
