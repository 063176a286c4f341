/** How a function's process spends CPU. */
export interface CpuPlan {
  /** Of a call, on average. */
  readonly secondsPerCall: number;
  /** Standard deviation of a call's cost over its mean (lognormal). */
  readonly variation: number;
  /** Whether the cost wanders through the trace. */
  readonly drifts: boolean;
  readonly idleCores: number;
  /** Standard deviation of idle use from second to second over its mean (lognormal). */
  readonly idleNoise: number;
  /** Of a start, before calls are served. */
  readonly startUpSeconds: number;
  /** Work that waits longer than this is lost: its calls timed out. */
  readonly timeoutS: number;
}

/** Bytes that a function holds. */
export interface MemoryPlan {
  readonly baseBytes: number;
  /** Of what it comes to hold after many calls. */
  readonly plateauBytes: number;
  /** Calls until 63 % of the plateau is there. */
  readonly plateauCalls: number;
  /** Whether the first pod has its plateau from the beginning. */
  readonly isWarm: boolean;
  readonly leakBytesPerCall: number;
  /** What follows load: at the call rate of a busy minute. */
  readonly fastBytes: number;
  readonly fastHalfLifeS: number;
  /** Garbage of a call, kept until `garbageLimitBytes` are together; 0 for a collector that nobody sees. */
  readonly garbageBytesPerCall: number;
  readonly garbageLimitBytes: number;
  /** Standard deviation of a step of the allocator, of which there is one in 5 min. */
  readonly stepBytes: number;
  /** Seconds at which nine tenths of all above the base are given back. */
  readonly releasesS: readonly number[];
  /** At first; Infinity without a limit. */
  readonly limitBytes: number;
  /** OOM kills after which somebody raises the limit by half, each time. */
  readonly killsUntilRaised: number;
}

/** A deploy starts a new pod beside the old one; after a crash the container starts again. */
export interface PlannedRestart {
  readonly atS: number;
  readonly kind: 'deploy' | 'crash';
}

export interface FunctionPlan {
  readonly seconds: number;
  /** Second at which the first pod starts; 0 for one that runs already. */
  readonly beginsAtS: number;
  readonly cpu: CpuPlan;
  readonly memory: MemoryPlan;
  /** What its threads and the node let it use in each second. */
  readonly capacityCores: Float64Array;
  /** Limit in force in each second; Infinity for none. */
  readonly cpuLimitCores: Float64Array;
  /** Ascending. */
  readonly restarts: readonly PlannedRestart[];
  /** From a deploy until calls go to the new pod; from a crash until the container runs again. */
  readonly startS: number;
}
