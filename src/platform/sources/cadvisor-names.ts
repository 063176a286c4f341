/** The metrics of cAdvisor that a container's series are made of, and the column each fills. */
export const CONTAINER_METRICS = {
  container_cpu_usage_seconds_total: 'cpuSeconds',
  container_cpu_cfs_throttled_seconds_total: 'throttledSeconds',
  container_cpu_cfs_throttled_periods_total: 'throttledPeriods',
  container_memory_working_set_bytes: 'memoryBytes',
  container_oom_events_total: 'oomEvents',
} as const;

/** Facts about a container beside its samples: the kubelet gives them without a time. */
export const CONTAINER_SPECS = {
  container_start_time_seconds: 'startSeconds',
  container_spec_cpu_quota: 'cpuQuota',
  container_spec_cpu_period: 'cpuPeriod',
  container_spec_memory_limit_bytes: 'memoryLimitBytes',
} as const;

export type SampleColumn = (typeof CONTAINER_METRICS)[keyof typeof CONTAINER_METRICS];
export type SpecColumn = (typeof CONTAINER_SPECS)[keyof typeof CONTAINER_SPECS];

/** The gateway's metrics of one function. */
export const CALL_METRICS = {
  started: 'gateway_function_invocation_started',
  completed: 'gateway_function_invocation_total',
  durations: 'gateway_functions_seconds_bucket',
} as const;
