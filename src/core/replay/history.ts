/**
 * What one function used over a span of time, on an even grid, oldest first; NaN is a gap. A step's value covers the
 * step that ends at its grid point. All arrays have the same length.
 */
export interface FunctionHistory {
  readonly name: string;
  readonly namespace: string;
  /** Unix ms of the first grid point. */
  readonly startMs: number;
  readonly stepMs: number;
  /** Of the busiest pod. */
  readonly cpuCores: Float64Array;
  /**
   * How long a time each CPU value is the mean of: `stepMs` for increments of counters, 300 000 for `rate(...[5m])`.
   * What is sized are means of 60 s, or the values as they are where they are longer means already.
   */
  readonly cpuMeanMs: number;
  readonly memoryBytes: Float64Array;
  /** Calls started during each step; null where they were not counted. */
  readonly callsStarted: Float64Array | null;
  /** Limits in force; null where none is known. */
  readonly cpuLimitCores: Float64Array | null;
  readonly memoryLimitBytes: Float64Array | null;
  /** Unix ms, ascending. */
  readonly oomKillsMs: readonly number[];
}

/** Histories that belong together: a file, a recording, a run of the generator. */
export interface DataSet {
  readonly name: string;
  readonly histories: readonly FunctionHistory[];
}
