/** A function's columns on the grid, NaN where nothing is known; the message holds the same with null. */
export interface FunctionColumns {
  readonly cpuCores: Float64Array;
  readonly memoryBytes: Float64Array;
  readonly callsStarted: Float64Array;
  readonly pods: Float64Array;
  readonly totalCpuCores: Float64Array;
  readonly throttledSeconds: Float64Array;
  readonly throttledPeriods: Float64Array;
  readonly cpuLimitCores: Float64Array;
  readonly memoryLimitBytes: Float64Array;
}
