/** How one function is to be sized, read from its `foresize/…` annotations. */
export interface FunctionSettings {
  /** off: not looked at; recommend: decisions are recorded; apply: they are carried out. */
  readonly mode: 'off' | 'recommend' | 'apply';
  /** keep: rescue raises it, nothing lowers it; latency: feedback on the latency budget; none: left alone altogether. */
  readonly cpuLimit: 'keep' | 'latency' | 'none';
  /** Budget of the p95 in seconds; set exactly when `cpuLimit` is latency. */
  readonly latencyBudgetSeconds: number | null;
  readonly cpuMinCores: number | null;
  readonly cpuMaxCores: number | null;
  readonly memoryMinBytes: number | null;
  readonly memoryMaxBytes: number | null;
  /** How long the use must have stayed low before anything shrinks. */
  readonly evidenceMs: number;
  /** Wall time between two shrinks. */
  readonly cooldownMs: number;
  /** deploy: a smaller memory limit is left to the next deploy; in-place: it is set in the running pod. */
  readonly memoryShrink: 'deploy' | 'in-place';
  /** on: nothing is sized before the forecasts have proved themselves on the function's own past. */
  readonly gate: 'on' | 'off';
  /** scale: replicas that are recommended where one pod may not get larger are set through the gateway. */
  readonly replicas: 'recommend' | 'scale';
  readonly forecaster: string;
}
