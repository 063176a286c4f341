/**
 * What a metrics source hands over: raw counters with the times at which they were sampled, never rates.
 * Columns of one series have equal length and ascend in time; NaN is a value that was not there.
 */
export interface ContainerSeries {
  readonly namespace: string;
  readonly pod: string;
  /** Name of the container where the source tells; it keeps sidecars apart from the function. */
  readonly container?: string;
  /** Unix ms of the container's start, null where the source does not know. */
  readonly startedAtMs: number | null;
  /** Unix ms of each sample, as cAdvisor stamped it. */
  readonly timesMs: Float64Array;
  /** container_cpu_usage_seconds_total */
  readonly cpuSeconds: Float64Array;
  /** container_cpu_cfs_throttled_seconds_total; NaN without a CPU limit */
  readonly throttledSeconds: Float64Array;
  /** container_cpu_cfs_throttled_periods_total; NaN without a CPU limit */
  readonly throttledPeriods: Float64Array;
  /** container_memory_working_set_bytes */
  readonly memoryBytes: Float64Array;
  /** container_oom_events_total */
  readonly oomEvents: Float64Array;
  /** container_spec_cpu_quota ÷ container_spec_cpu_period; NaN without a limit */
  readonly cpuLimitCores: Float64Array;
  /** container_spec_memory_limit_bytes; NaN without a limit */
  readonly memoryLimitBytes: Float64Array;
}

/** The gateway's counters of one function, all spellings of its name added up. */
export interface CallSeries {
  readonly namespace: string;
  readonly functionName: string;
  readonly timesMs: Float64Array;
  /** gateway_function_invocation_started */
  readonly started: Float64Array;
  /** gateway_function_invocation_total, all codes */
  readonly completed: Float64Array;
  /** Upper bounds of gateway_functions_seconds, ascending, the last one Infinity. */
  readonly durationBoundsSeconds: readonly number[];
  /** Cumulative bucket counters, all codes; one column a bound. */
  readonly durationCounts: readonly Float64Array[];
}

/** Resources of a container in base units; null where none is set. */
export interface Resources {
  readonly cpuRequestCores: number | null;
  readonly cpuLimitCores: number | null;
  readonly memoryRequestBytes: number | null;
  readonly memoryLimitBytes: number | null;
}

export type QosClass = 'Guaranteed' | 'Burstable' | 'BestEffort';

/** A function's pod as the Kubernetes API reports it. */
export interface PodFacts {
  readonly namespace: string;
  readonly functionName: string;
  readonly pod: string;
  readonly container: string;
  readonly uid: string;
  readonly node: string | null;
  readonly qosClass: QosClass;
  readonly ready: boolean;
  /** Unix ms since when the pod is ready; null while it is not. */
  readonly readySinceMs: number | null;
  /** Unix ms at which the running container started; null while none runs. */
  readonly startedAtMs: number | null;
  readonly restarts: number;
  readonly lastTermination: {
    readonly reason: string;
    readonly exitCode: number;
    readonly atMs: number;
  } | null;
  /** spec: what is asked for. */
  readonly desired: Resources;
  /** status: what the kubelet has put in force. */
  readonly inForce: Resources;
  /** A resize that is not in force yet, by the pod's conditions: Deferred, Infeasible, Error or InProgress. */
  readonly resize?: { readonly reason: string; readonly message: string } | null;
}

/** Everything one look at the cluster yields. */
export interface Reading {
  readonly atMs: number;
  readonly containers: readonly ContainerSeries[];
  readonly calls: readonly CallSeries[];
  readonly pods: readonly PodFacts[];
}
