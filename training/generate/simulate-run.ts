import type { Demand } from './demand.ts';
import type { Draws } from './draws.ts';
import type { FunctionPlan } from './function-plan.ts';
import { memoryUse } from './memory-use.ts';

/** One container from its start to its end; the columns hold a value at `startS`, `startS` + 1, … `endS`. */
export interface Run {
  readonly pod: number;
  readonly startS: number;
  readonly endS: number;
  /** Since the start of the run. */
  readonly cpuSeconds: Float64Array;
  readonly memoryBytes: Float64Array;
  readonly memoryLimitBytes: number;
  readonly isOomKilled: boolean;
}

/** When a run starts, takes calls, and would end. */
export interface RunSpan {
  readonly pod: number;
  /** Whether it was there before the trace began. */
  readonly isOngoing: boolean;
  readonly startS: number;
  /** The first second whose calls it takes, and the first whose calls it takes no longer. */
  readonly takesFromS: number;
  readonly takesUntilS: number;
  readonly endS: number;
  readonly memoryLimitBytes: number;
}

/** Work waiting for CPU. */
interface Queue {
  waiting: number;
}

/** CPU-seconds used in one second: idle use first, then what waits, within the capacity. */
function serve(draws: Draws, { cpu }: FunctionPlan, queue: Queue, capacity: number): number {
  const idle = Math.min(capacity, cpu.idleCores * draws.lognormal(cpu.idleNoise));
  const served = Math.min(queue.waiting, capacity - idle);
  const longest = Math.max(2 * cpu.secondsPerCall, cpu.timeoutS * capacity);
  queue.waiting = Math.min(queue.waiting - served, longest);
  return idle + served;
}

/** Lives through a run second by second, until its end or until its memory passes the limit. */
export function simulateRun(
  draws: Draws,
  plan: FunctionPlan,
  demand: Demand,
  span: RunSpan,
  busyCalls: number,
): Run {
  const { pod, startS, takesFromS, takesUntilS, endS, memoryLimitBytes } = span;
  const cpuSeconds = new Float64Array(endS - startS + 1);
  const memoryBytes = new Float64Array(endS - startS + 1);
  const memory = memoryUse(draws, plan.memory, span.isOngoing && plan.memory.isWarm, busyCalls);
  const queue: Queue = { waiting: span.isOngoing ? 0 : plan.cpu.startUpSeconds };
  memoryBytes[0] = memory(0, startS);
  for (let second = startS; second < endS; second += 1) {
    const takes = second >= takesFromS && second < takesUntilS;
    const at = second - startS + 1;
    if (takes) queue.waiting += demand.work[second] ?? 0;
    const capacity = Math.min(plan.capacityCores[second] ?? Infinity, plan.cpuLimitCores[second] ?? Infinity);
    cpuSeconds[at] = (cpuSeconds[at - 1] ?? 0) + serve(draws, plan, queue, capacity);
    const bytes = memory(takes ? (demand.calls[second] ?? 0) : 0, second);
    memoryBytes[at] = Math.min(bytes, memoryLimitBytes);
    if (bytes > memoryLimitBytes) return cutShort(span, cpuSeconds, memoryBytes, at);
  }
  return { pod, startS, endS, cpuSeconds, memoryBytes, memoryLimitBytes, isOomKilled: false };
}

function cutShort(
  { pod, startS, memoryLimitBytes }: RunSpan,
  cpuSeconds: Float64Array,
  memoryBytes: Float64Array,
  last: number,
): Run {
  return {
    pod,
    startS,
    endS: startS + last,
    cpuSeconds: cpuSeconds.slice(0, last + 1),
    memoryBytes: memoryBytes.slice(0, last + 1),
    memoryLimitBytes,
    isOomKilled: true,
  };
}
