/** One metric of Foresize's own, as it is exposed. Units are in the names. */
export interface MetricDefinition {
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram' | 'summary';
  readonly labels: readonly string[];
  readonly help: string;
}

/** The function that a metric is about: not the one that exposes it. */
const OWN = ['namespace', 'function'] as const;
const OF_RESOURCE = [...OWN, 'resource'] as const;
const OF_BOUND = [...OWN, 'bound'] as const;
/** Of a summary: no other type may have a label `quantile`. */
const OF_QUANTILE = [...OWN, 'quantile'] as const;

/**
 * All metrics of Foresize's own. Every label but `namespace` and `function` has a closed set of values: `resource` is cpu
 * or memory, `bound` request or limit, `code` one of the registry of errors or `unexpected`.
 */
export const METRICS = [
  {
    name: 'foresize_decisions_total',
    type: 'counter',
    labels: [...OWN, 'action', 'path'],
    help: 'Decisions by action (resize, hold, skip) and by the path that decided (rescue, sizing, none).',
  },
  {
    name: 'foresize_decision_reasons_total',
    type: 'counter',
    labels: ['action', 'reason'],
    help: 'Decisions by action and by the rule that had the say.',
  },
  {
    name: 'foresize_allocated_cpu_cores',
    type: 'gauge',
    labels: OF_BOUND,
    help: 'CPU in force in the pod that has most; of the Deployment where no pod runs.',
  },
  {
    name: 'foresize_allocated_memory_bytes',
    type: 'gauge',
    labels: OF_BOUND,
    help: 'Memory in force in the pod that has most; of the Deployment where no pod runs.',
  },
  {
    name: 'foresize_recommended_cpu_cores',
    type: 'gauge',
    labels: OF_BOUND,
    help: 'CPU that the last decision gives a pod.',
  },
  {
    name: 'foresize_recommended_memory_bytes',
    type: 'gauge',
    labels: OF_BOUND,
    help: 'Memory that the last decision gives a pod.',
  },
  {
    name: 'foresize_used_cpu_cores',
    type: 'gauge',
    labels: OWN,
    help: 'CPU that the busiest pod used last, as a mean of 60 seconds.',
  },
  {
    name: 'foresize_used_memory_bytes',
    type: 'gauge',
    labels: OWN,
    help: 'Memory that the busiest pod used last.',
  },
  {
    name: 'foresize_forecast_cpu_cores',
    type: 'summary',
    labels: OF_QUANTILE,
    help: 'Forecast of the highest CPU use until the next decision is in force, as a mean of 60 seconds.',
  },
  {
    name: 'foresize_forecast_memory_bytes',
    type: 'summary',
    labels: OF_QUANTILE,
    help: 'Forecast of the highest memory use until the next decision is in force.',
  },
  {
    name: 'foresize_forecast_skill_ratio',
    type: 'gauge',
    labels: OF_RESOURCE,
    help: 'Loss of the forecasts on the last hour over the loss of repeating the last value: less is better, 1 is no better.',
  },
  {
    name: 'foresize_forecast_coverage_ratio',
    type: 'gauge',
    labels: OF_RESOURCE,
    help: 'Share of past peaks at or under their p95 forecast: 0.95 where it is calibrated.',
  },
  {
    name: 'foresize_censored_ratio',
    type: 'gauge',
    labels: OWN,
    help: 'Share of samples at the limit, which show the limit and not the demand.',
  },
  {
    name: 'foresize_gap_ratio',
    type: 'gauge',
    labels: OWN,
    help: 'Share of the window without a sample.',
  },
  {
    name: 'foresize_usage_age_seconds',
    type: 'gauge',
    labels: OWN,
    help: 'Age of the newest sample of CPU use.',
  },
  {
    name: 'foresize_drift_ratio',
    type: 'gauge',
    labels: OF_RESOURCE,
    help: 'Size of the pods over that of their Deployment, less 1: how far the next rollout would take them back. Of request and limit the one that differs more.',
  },
  {
    name: 'foresize_rollbacks_total',
    type: 'counter',
    labels: OF_RESOURCE,
    help: 'Shrinks that were undone since the function starved.',
  },
  {
    name: 'foresize_quarantined',
    type: 'gauge',
    labels: OF_RESOURCE,
    help: '1 while a resource may not shrink since it was rolled back.',
  },
  {
    name: 'foresize_leak_suspected',
    type: 'gauge',
    labels: OWN,
    help: '1 where the use of memory looks like a leak.',
  },
  {
    name: 'foresize_gate_open',
    type: 'gauge',
    labels: OF_RESOURCE,
    help: '1 where forecasts may size: they proved themselves on the past of the function, or the gate is off.',
  },
  {
    name: 'foresize_kill_switch',
    type: 'gauge',
    labels: [],
    help: '1 while the kill switch stops all writes.',
  },
  {
    name: 'foresize_last_cycle_timestamp_seconds',
    type: 'gauge',
    labels: [],
    help: 'Unix time of the end of the last cycle that reached all functions; 0 before the first.',
  },
  {
    name: 'foresize_cycle_period_seconds',
    type: 'gauge',
    labels: [],
    help: 'How often a cycle is to run.',
  },
  {
    name: 'foresize_cycles_missed_total',
    type: 'counter',
    labels: [],
    help: 'Periods that passed without a cycle of this process.',
  },
  {
    name: 'foresize_cycle_duration_seconds',
    type: 'histogram',
    labels: [],
    help: 'Duration of a cycle, from its claim until its last shard is carried.',
  },
  {
    name: 'foresize_stage_duration_seconds',
    type: 'histogram',
    labels: ['stage'],
    help: 'Duration of a stage: read of all usage; of each shard carry (the calls of the other two), predict, apply.',
  },
  {
    name: 'foresize_errors_total',
    type: 'counter',
    labels: ['code'],
    help: 'Errors by their code in the registry; unexpected for any other.',
  },
] as const satisfies readonly MetricDefinition[];

export type MetricName = (typeof METRICS)[number]['name'];

/** Throws for a name that is none, which the type rules out. */
export function definitionOf(name: MetricName): MetricDefinition {
  const found = METRICS.find((metric) => metric.name === name);
  if (found === undefined) throw new Error(`${name} is no metric`);
  return found;
}
